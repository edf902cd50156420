#include "oracle/adapters/adapter.hpp"
#include "oracle/adapters/kernel/kernel_adapter.hpp"
#include "oracle/adapters/own_adapter.hpp"
#include "oracle/adapters/program_adapter.hpp"

namespace conntrack::oracle {

std::string_view words(Failure::Kind kind) {
    switch (kind) {
        case Failure::Kind::crashed: return "crashed";
        case Failure::Kind::hung: return "hung";
        case Failure::Kind::nonsense: return "printed nonsense";
        case Failure::Kind::closed: break;
    }
    return "closed its pipe";
}

std::unique_ptr<Adapter> adapter_named(const std::string& name, const AdapterOptions& options) {
    const auto colon = name.find(':');
    const std::string kind = name.substr(0, colon);
    const std::string rest = colon == std::string::npos ? "" : name.substr(colon + 1);
    if (name == "kernel") return std::make_unique<kernel::KernelAdapter>(kernel::KernelAdapter::Shows::entry);
    if (kind == "exec" && !rest.empty())
        return std::make_unique<ProgramAdapter>(rest, std::chrono::milliseconds(options.time_limit_ms));
    if (name == "fast") return std::make_unique<OwnAdapter>(options.edition, TrackerKind::fast);
    if (kind == "model" || kind == "fast") {
        const auto id = edition_named(rest);
        if (!id)
            throw InputError(name, "names no edition; expected " + kind + ":linux-2.6.9, " + kind +
                                       ":linux-2.6.32 or " + kind + ":linux-6.18");
        return std::make_unique<OwnAdapter>(*id, kind == "fast" ? TrackerKind::fast : TrackerKind::model);
    }
    throw InputError(name, "is not known; expected kernel, fast, fast:EDITION, model:EDITION or exec:\"PROGRAM ARGS\"");
}

}  // namespace conntrack::oracle

#include "oracle/prove/trace_scenario.hpp"

#include <fmt/format.h>
#include <iterator>

namespace conntrack::oracle {

namespace {

std::string hex(const std::vector<std::uint8_t>& bytes) {
    std::string out;
    for (const std::uint8_t byte : bytes) fmt::format_to(std::back_inserter(out), "{:02x}", byte);
    return out;
}

}  // namespace

Json trace_scenario(const proofs::Trace& trace, const std::string& name, const std::string& description) {
    Json out = {{"name", name}, {"description", description}, {"edition", edition(trace.edition).name}};
    out["group"] = "theorem";
    const std::string prefix = trace.edition == EditionId::linux_2_6_9 ? "ip_conntrack_" : "nf_conntrack_";
    for (const auto& [setting, value] : trace.sysctl) out["sysctl"][prefix + setting] = value;
    if (!trace.module.empty() && !edition(trace.edition).core.trackers_built_in) out["modules"] = {trace.module};
    if (trace.buckets) out["buckets"] = *trace.buckets;
    if (!trace.rules.empty()) out["rules"] = {{"ipv4", trace.rules}};
    out["window"] = true;
    out["steps"] = Json::array();
    for (const auto& packet : trace.packets) {
        constexpr double second = 1'000'000'000;
        out["steps"].push_back({{"at", static_cast<double>(packet.at_ns) / second},
                                {"in", packet.sent_by == Direction::original ? "inside" : "outside"},
                                {"packet", hex(packet.bytes)}});
        if (packet.held) out["steps"].back()["hold"] = fmt::format("packet{}", out["steps"].size());
    }
    return out;
}

}  // namespace conntrack::oracle

#include "oracle/record/step_json.hpp"

#include "oracle/record/shown_json.hpp"
#include "oracle/text/addresses.hpp"

#include <cassert>

namespace conntrack::oracle {

namespace {

Json keys_of(const PacketStep& packet) {
    Json out = {{"in", packet.interface}, {"packet", to_hex(packet.bytes)}};
    for (const Substitution& s : packet.substitutions)
        out["subst"].push_back({{"from_step", s.from_step}, {"from", s.from}, {"field", s.field}});
    if (packet.hold) out["hold"] = *packet.hold;
    if (packet.hold_before_forward) out["hold_at"] = "forward";
    return out;
}
Json keys_of(const ReleaseStep& release) { return {{"release", release.name}}; }
Json keys_of(const SysctlStep& settings) {
    Json values = Json::object();
    for (const auto& [name, value] : settings.values) values[name] = value;
    return {{"sysctl", std::move(values)}};
}
Json keys_of(const FlushStep&) { return {{"flush", true}}; }
Json keys_of(const FlushExpectationsStep&) { return {{"flush_expectations", true}}; }
Json keys_of(const ObserveStep&) { return {{"observe", true}}; }
Json keys_of(const FillStep& fill) {
    return {{"fill", {{"count", fill.count}, {"assured", fill.assured}, {"zone", fill.zone}}}};
}
Json keys_of(const DeleteStep& gone) {
    ShownTuple tuple{gone.tuple, gone.tuple.is_icmp() ? ShownTuple::Parts::query : ShownTuple::Parts::ports, {}};
    if (gone.tuple.zone != 0) tuple.zone = gone.tuple.zone;
    return {{"delete", to_json(tuple)}};
}
/// Rules and interfaces are read from texts that their values do not keep: who makes such a step gives it its JSON.
template <class Other>
Json keys_of(const Other&) {
    assert(false && "a step that changes rules or interfaces has the JSON that it was read from");
    return Json::object();
}

}  // namespace

Json step_json(const Step& step) {
    if (!step.json.is_null()) return step.json;
    Json out = {{"at", static_cast<double>(step.at) / 1e9}};
    out.update(std::visit([](const auto& action) { return keys_of(action); }, step.action));
    return out;
}

}  // namespace conntrack::oracle

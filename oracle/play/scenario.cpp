#include "oracle/play/scenario.hpp"

namespace conntrack::oracle {

namespace {

bool sets_maximum(const SysctlStep& step) {
    for (const auto& [name, value] : step.values)
        if (name.ends_with("conntrack_max")) return true;
    return false;
}

}  // namespace

std::optional<std::string> unplayable(const Step& step) {
    if (std::holds_alternative<FillStep>(step.action)) return "filling the table";
    if (std::holds_alternative<FlushExpectationsStep>(step.action)) return "expectations";
    if (const auto* sysctl = std::get_if<SysctlStep>(&step.action); sysctl != nullptr && sets_maximum(*sysctl))
        return "early drop from a full table";
    return std::nullopt;
}

std::optional<std::string> unplayable(const Scenario& scenario) {
    if (!scenario.helper_modules.empty()) return "helpers";
    if (scenario.modules.sctp || scenario.modules.gre) return "protocol trackers that are not modelled (SCTP, GRE)";
    if (sets_maximum(scenario.sysctl)) return "early drop from a full table";
    for (const Step& step : scenario.steps)
        if (auto why = unplayable(step)) return why;
    return std::nullopt;
}

}  // namespace conntrack::oracle

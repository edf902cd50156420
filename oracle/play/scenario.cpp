#include "oracle/play/scenario.hpp"

namespace conntrack::oracle {

std::optional<std::string> unplayable(const Step& step) {
    if (std::holds_alternative<FlushExpectationsStep>(step.action)) return "expectations";
    return std::nullopt;
}

std::optional<std::string> unplayable(const Scenario& scenario) {
    if (!scenario.helper_modules.empty()) return "helpers";
    for (const Step& step : scenario.steps)
        if (auto why = unplayable(step)) return why;
    return std::nullopt;
}

}  // namespace conntrack::oracle

#include "oracle/play/scenario.hpp"

namespace conntrack::oracle {

std::optional<std::string> unplayable(const Scenario& scenario) {
    if (scenario.modules.sctp || scenario.modules.gre) return "protocol trackers that are not modelled (SCTP, GRE)";
    return std::nullopt;
}

}  // namespace conntrack::oracle

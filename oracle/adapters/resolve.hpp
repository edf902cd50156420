// The packet of a step as it is to enter, its fields taken from what came out in the steps before (`subst`).
#pragma once

#include "oracle/record/scenario_json.hpp"

#include <cstdint>
#include <vector>

namespace conntrack::oracle {

/// `so_far` are the steps that were played already. A field stays as it is where nothing came out.
std::vector<std::uint8_t> resolved(const PacketStep& packet, const Recording& so_far);

}  // namespace conntrack::oracle

// The interfaces that sessions with the packet path go through: addresses come and go, and a third interface.
#pragma once

#include "model/router.hpp"
#include "oracle/play/scenario.hpp"

namespace conntrack::testing {

inline constexpr std::size_t stage_count = 6;

/// Stage 0 is the default one.
oracle::Json stage_json(std::size_t number);
std::vector<Interface> stage(std::size_t number);

}  // namespace conntrack::testing

// The flows of a random session, and the packets that its moves mean on them.
#pragma once

#include "model/tracker.hpp"
#include "tests/support/moves.hpp"
#include "tests/support/packets.hpp"

namespace conntrack::testing {

inline constexpr std::uint8_t flow_count = 20;

/// The packet that a move means, given what the tracker knows.
Packet packet_of(const Move& move, const Tracker& tracker);

/// The tuple of a flow in its first direction.
Tuple tuple_of_flow(const Move& move, const Tracker& tracker);

}  // namespace conntrack::testing

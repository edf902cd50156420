// The moves of a random session with a tracker. A move is small and says what to do in terms of what the tracker knows
// by then ("the next byte", "just past the edge"), so a shorter list of moves still means something: that is what lets
// RapidCheck shrink a failure to a few packets.
#pragma once

#include "spec/settings.hpp"
#include "spec/time.hpp"

#include <rapidcheck.h>
#include <cstdint>
#include <iosfwd>
#include <string_view>
#include <utility>
#include <vector>

namespace conntrack::testing {

enum class Deed : std::uint8_t { packet, error, wait, confirm_held, release_held, erase, flush, configure };
enum class Passage : std::uint8_t { accepted, dropped, held };

struct Move {
    Deed deed = Deed::packet;
    std::uint8_t flow = 0;  // which of the flows (flows.hpp)
    bool reply = false;     // who sends
    Passage passage = Passage::accepted;
    std::uint8_t flags = 0, start = 0, ack = 0, length = 0, options = 0;  // TCP, SCTP: which of the usual ones
    std::uint32_t number = 0;                                             // for whatever is wild
};

std::ostream& operator<<(std::ostream& out, const Move& move);

/// How long a move waits: around the timeouts, and a hair to either side of them.
Time waited(const Move& move);
/// Which setting a move changes, and to what.
std::pair<Setting, std::uint32_t> configured(const Move& move);

/// Clauses that moves do not meet: their packets are well formed, nothing is translated, and the trackers of SCTP and
/// GRE are not there in every session.
bool is_beyond_sessions(std::string_view clause);

/// Moves in the usual proportions: mostly packets, now and then time, seldom anything else.
rc::Gen<std::vector<Move>> moves();

}  // namespace conntrack::testing

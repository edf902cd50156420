// The moves of a random session with the whole packet path. As in tests/support/moves.hpp a move is small, and means
// something whatever came before it, so that RapidCheck can shrink a failure to a few packets.
#pragma once

#include <rapidcheck.h>
#include <cstdint>
#include <iosfwd>
#include <vector>

namespace conntrack::testing {

enum class PathDeed : std::uint8_t {
    packet,     // of one of the flows
    answer,     // to something that came out
    error,      // an ICMP error about something that came out
    fragments,  // a datagram in two parts
    wait,
    release,     // a held packet goes on
    rules,       // are replaced
    nat_hooks,   // exist without rules, or do not
    interfaces,  // change their addresses, come and go
    configure,
    flush,
    erase,  // the entry of a flow
};
enum class Hold : std::uint8_t { no, before_forward, after_leaving };

struct PathMove {
    PathDeed deed = PathDeed::packet;
    Hold hold = Hold::no;
    std::uint8_t protocol = 0;          // which of the protocols
    std::uint8_t host = 0, port = 0;    // who, from which port
    std::uint8_t to_host = 0, to = 0;   // to whom
    bool inward = false, ipv6 = false;  // the outside opens
    std::uint8_t shape = 0;             // TCP: which flags; errors: which type
    std::uint8_t which = 0;             // of the things that came out, or are held
    std::uint32_t number = 0;           // for whatever is wild; rules: which of the lines
};

std::ostream& operator<<(std::ostream& out, const PathMove& move);

rc::Gen<std::vector<PathMove>> path_moves();

}  // namespace conntrack::testing

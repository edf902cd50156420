// A run of real packets that shows something: where a theorem is violated, the shortest one found. It says what the
// semantics make of each packet, so that whoever plays it can compare.
#pragma once

#include "spec/edition.hpp"
#include "spec/sctp/state.hpp"
#include "spec/tcp/state.hpp"
#include "spec/tuple.hpp"
#include "spec/verdict.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace conntrack::proofs {

/// One side of a TCP entry after a packet, as `conntrack` recordings have it.
struct WindowData {
    std::uint32_t td_end, td_maxend, td_maxwin, td_maxack;
    bool operator==(const WindowData&) const = default;
};

struct TracedPacket {
    std::int64_t at_ns = 0;
    Direction sent_by = Direction::original;  // the side that sends it: original is the one that sent first
    std::vector<std::uint8_t> bytes;          // a whole IP packet
    std::string text{};                       // for people
    std::string result{};                     // what comes of it, for people
    bool held = false;                        // it leaves, but is not freed: it keeps its entry

    // What comes of it.
    std::optional<CtInfo> info{};  // nothing: dropped
    Direction dir = Direction::original;
    bool entry_stands = false;  // after the packet
    // TCP only, of an entry that stands:
    std::optional<tcp::State> state{};
    std::vector<WindowData> window{};         // original, reply; empty: not TCP
    std::optional<sctp::State> sctp_state{};  // SCTP only
    std::int64_t deadline_ns = 0;
    // Where the theorem is about them:
    std::optional<std::uint32_t> existing = std::nullopt;  // entries that are counted against the maximum
    std::optional<std::uint16_t> quoted_checksum =
        std::nullopt;  // that of the quoted UDP packet, as the ICMP error leaves
};

struct Trace {
    EditionId edition;
    std::vector<std::pair<std::string, std::uint32_t>> sysctl;  // settings that are not the defaults
    std::vector<TracedPacket> packets;
    std::optional<std::uint32_t> buckets = std::nullopt;  // of the hash table, where it matters
    std::string module = {};                              // a tracker that linux-2.6.x must have loaded
    std::string rules = {};                               // of IPv4, as iptables-save has them
};

}  // namespace conntrack::proofs

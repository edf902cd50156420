// An entry as it lies in memory: two cache lines that a packet touches, and apart from them what only some packets
// need. A third line holds the addresses of IPv6.
#pragma once

#include "impl/lookup_key.hpp"
#include "impl/packed_tcp.hpp"
#include "spec/counter.hpp"
#include "spec/event.hpp"
#include "spec/flow_settings.hpp"
#include "spec/icmp_count.hpp"
#include "spec/life.hpp"
#include "spec/sctp/association.hpp"
#include "spec/status.hpp"
#include "spec/time.hpp"
#include "spec/trackers.hpp"
#include "spec/verdict.hpp"
#include "spec/zone.hpp"

#include <array>
#include <cstdint>

namespace conntrack::fast {

/// A tuple's ports, and its addresses if they are of IPv4.
struct PackedTuple {
    std::uint32_t src, dst;
    std::uint32_t parts;  // as in LookupKey
};

/// The addresses of an IPv6 entry: source, destination by Direction.
struct alignas(64) PackedAddresses {
    struct Pair {
        std::uint64_t src_high, src_low, dst_high, dst_low;
    };
    std::array<Pair, 2> of;
};
static_assert(sizeof(PackedAddresses) == 64);

/// What a protocol without states of its own needs.
struct PackedFlow {
    Time tracked_since;
    std::uint32_t icmp_count;
    flow::Timeouts gre_timeouts;
};

/// Facts about an entry that no status bit tells.
enum class Trait : std::uint16_t {
    zone_original = 1U << 0,  // the directions that its zone holds for
    zone_reply = 1U << 1,
    self_paired = 1U << 2,  // both its tuples are one
    accounted = 1U << 3,
    reports = 1U << 4,
    filler = 1U << 5,
    reply_only = 1U << 6,  // linked by its reply tuple alone
    counts_icmp = 1U << 7,
    met_by_nat = 1U << 8,  // NAT has noted something of it (packed_nat.hpp)
    listed_by_source = 1U << 9,
    extended = 1U << 10,  // it has a helper, or a master (Core::extensions_)
    has_kin = 1U << 11,   // what it announced holds a reference to it, one for all
};

struct alignas(64) PackedEntry {
    // The first line.
    std::array<PackedTuple, 2> tuples;  // by Direction
    std::uint16_t zone;
    std::uint16_t status;
    std::uint8_t proto;
    std::uint8_t tracker;          // L4Tracker
    std::uint8_t own_state;        // tcp::State or sctp::State
    std::uint8_t states;           // life::State, and flow::State << 2, and icmp::CountState << 4
    Time deadline;                 // while confirmed; before that the stored timeout in seconds
    std::uint32_t armed;           // when the timer was last set, as a running number
    std::uint32_t next, previous;  // in the list of its timer, of those outside the table, or of those that are free
    std::uint32_t filed;           // the tick it is filed under (timers.hpp)
    std::uint16_t references;
    std::uint16_t pending;  // EventMask
    std::uint16_t traits;
    std::uint16_t filed_in;  // the list it stands in
    // The second line.
    union {
        PackedTcp tcp;
        PackedFlow flow;
        sctp::Association<Concrete> sctp;
    };
    EntryId id;

    [[nodiscard]] bool has(Status s) const { return (status & static_cast<std::uint32_t>(s)) != 0; }
    void set(Status s) { status = static_cast<std::uint16_t>(status | static_cast<std::uint32_t>(s)); }
    void clear(Status s) { status = static_cast<std::uint16_t>(status & ~static_cast<std::uint32_t>(s)); }
    [[nodiscard]] bool has(Trait t) const { return (traits & static_cast<unsigned>(t)) != 0; }
    void set(Trait t) { traits = static_cast<std::uint16_t>(traits | static_cast<unsigned>(t)); }

    void clear(Trait t) { traits = static_cast<std::uint16_t>(traits & ~static_cast<unsigned>(t)); }

    [[nodiscard]] life::State life() const { return static_cast<life::State>(states & 3); }
    [[nodiscard]] flow::State flow_state() const { return static_cast<flow::State>(states >> 2 & 3); }
    [[nodiscard]] icmp::CountState count_state() const { return static_cast<icmp::CountState>(states >> 4 & 3); }
    void set_life(life::State s) { states = static_cast<std::uint8_t>((states & ~3U) | static_cast<unsigned>(s)); }
    void set_flow(flow::State s) {
        states = static_cast<std::uint8_t>((states & ~0xcU) | static_cast<unsigned>(s) << 2);
    }
    void set_count_state(icmp::CountState s) {
        states = static_cast<std::uint8_t>((states & ~0x30U) | static_cast<unsigned>(s) << 4);
    }

    /// Confirmed and ASSURED; nothing waits to be told, and nothing about it is unusual. `l4`: its tracker.
    [[nodiscard]] bool is_settled(L4Tracker l4) const;

    [[nodiscard]] bool linked() const { return life() == life::State::confirmed; }
    [[nodiscard]] L4Tracker l4() const { return static_cast<L4Tracker>(tracker); }
    [[nodiscard]] tcp::State tcp_now() const { return static_cast<tcp::State>(own_state); }
    [[nodiscard]] sctp::State sctp_now() const { return static_cast<sctp::State>(own_state); }
    [[nodiscard]] Zone whole_zone() const { return {zone, has(Trait::zone_original), has(Trait::zone_reply)}; }
    [[nodiscard]] bool is_partly_zoned() const { return zone != 0 && !whole_zone().both(); }
    [[nodiscard]] std::uint16_t zone_of(Direction dir) const {
        return has(dir == Direction::original ? Trait::zone_original : Trait::zone_reply) ? zone : std::uint16_t{0};
    }
};
static_assert(sizeof(PackedEntry) == 128);

inline bool PackedEntry::is_settled(L4Tracker l4) const {
    constexpr auto bits = [](auto... flags) { return (static_cast<unsigned>(flags) | ...); };
    constexpr unsigned usual = bits(Status::seen_reply, Status::assured, Status::confirmed);
    constexpr unsigned unusual = bits(Status::expected, Status::dying, Status::fixed_timeout, Status::nat_clash);
    constexpr unsigned odd =
        bits(Trait::self_paired, Trait::filler, Trait::reply_only, Trait::counts_icmp, Trait::extended);
    constexpr unsigned alive =
        static_cast<unsigned>(life::State::confirmed) | static_cast<unsigned>(flow::State::assured) << 2;
    // Without a branch until the end.
    return (((status & (usual | unusual)) ^ usual) | zone | (tracker ^ static_cast<unsigned>(l4)) |
            ((states & 0xfU) ^ alive) | (traits & odd) | pending) == 0;
}

/// What stands apart, since few packets need it.
struct PackedRest {
    std::uint64_t confirmed_as;
    std::uint32_t mark;
    std::uint32_t spare;
};

}  // namespace conntrack::fast

// What the tracker needs to know of a packet, in little room: read once, before its entry has come into the cache.
#pragma once

#include "impl/index.hpp"
#include "impl/packed_entry.hpp"
#include "spec/header_checks.hpp"
#include "spec/tcp/segment_of.hpp"
#include "spec/tuple_of.hpp"

#include <cstdint>

namespace conntrack::fast {

struct alignas(64) PacketFacts {
    LookupKey key;  // if has_tuple; in zone 0
    // Where its entry was to be looked for, and where it was when its lines were fetched (if is_met).
    const void* line = nullptr;  // of the index
    PackedEntry* entry = nullptr;
    const Packet* whole = nullptr;  // null: it was read from its bytes and is plain, or never reaches tracking
    Tag tag = 0;
    Link met;
    tcp::Segment<Concrete> segment{};  // TCP without fault
    std::uint32_t length = 0;
    Clause fault = Clause::count_;  // of the transport header; count_: none
    bool has_tuple = false;
    bool is_met = false;
    bool plain = false;  // TCP or UDP of a family that is tracked, whole: nothing is in the way of its lookup
    L4Tracker tracker = L4Tracker::generic;
    tcp::PacketClass cls = tcp::PacketClass::none;

    [[nodiscard]] bool sound() const { return fault == Clause::count_; }
};
static_assert(sizeof(PacketFacts) == 128);

inline void read_facts(PacketFacts& out, const Packet& p, const Edition& edition, const Settings& settings,
                       const Modules& modules) {
    out.fault = Clause::count_;
    out.whole = &p;
    out.length = p.length;
    out.tracker = tracker_of(p.protocol, p.family, edition, modules);
    const bool seen = (p.family == Family::ipv4 || edition.core.ipv6) && !p.later_fragment && p.transport_found;
    const auto tuple = seen ? tuple_of(p, edition, modules) : std::nullopt;
    out.has_tuple = tuple.has_value();
    out.plain = out.has_tuple && (out.tracker == L4Tracker::tcp || out.tracker == L4Tracker::udp);
    if (!seen) return;
    if (tuple) out.key = lookup_key_of(*tuple);
    out.fault = transport_fault(out.tracker, p, edition, settings).value_or(Clause::count_);
    if (out.tracker != L4Tracker::tcp || !out.sound()) return;
    out.cls = tcp::packet_class(p.tcp->flags);
    out.segment = tcp::segment_of(*p.tcp, p.transport_length);
}

}  // namespace conntrack::fast

// ICMP queries and protocols without a tracker are never ASSURED: when the table is full they go first.
#pragma once

#include "spec/invariants/entry_view.hpp"

namespace conntrack::invariant {

constexpr bool only_streams_are_assured(const EntryView& e) {
    const bool stream = e.tracker == L4Tracker::tcp || e.tracker == L4Tracker::udp || e.tracker == L4Tracker::udplite;
    return stream || !e.status.has(Status::assured);
}

}  // namespace conntrack::invariant

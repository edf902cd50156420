// ICMP queries and protocols without a tracker are never ASSURED: when the table is full they go first.
#pragma once

#include "spec/invariants/entry_view.hpp"

namespace conntrack::invariant {

constexpr bool only_streams_are_assured(const EntryView& e) {
    const bool never =
        e.tracker == L4Tracker::icmp || e.tracker == L4Tracker::icmpv6 || e.tracker == L4Tracker::generic;
    return !never || !e.status.has(Status::assured);
}

}  // namespace conntrack::invariant

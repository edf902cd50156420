// Sees entries come and go whatever the edition tells its observers; for those who explain, no part of the semantics.
#pragma once

#include "spec/time.hpp"
#include "spec/tuple.hpp"

#include <cstdint>

namespace conntrack {

/// Why an entry left the table.
enum class Gone : std::uint8_t {
    expired,
    early_drop,  // to make room in a full table
    collected,   // by the collector of linux-6.18, from a full table
    nat_search,  // it had ended, and NAT's search for a free tuple wanted its own
    interface,   // MASQUERADE forgot it with its interface's address, or its packets turned to another interface
    by_packet,   // a packet ended it: the clause of that packet's verdict says how
    erased,      // by the user, it alone
    flushed,     // ... with all others
};

/// `Shown` is how a tracker names an entry.
template <class Shown>
class WatcherOf {
  public:
    WatcherOf() = default;
    WatcherOf(const WatcherOf&) = delete;
    WatcherOf& operator=(const WatcherOf&) = delete;
    virtual ~WatcherOf() = default;
    virtual void confirmed(Shown, Time) {}
    virtual void deleted(Shown, Time, Gone) {}  // before its life ends
    /// Before deleted(): the entry goes because the table is full. `wanting` is the original tuple of the entry that is
    /// to take its place; null: the collector takes it.
    virtual void evicted(Shown, const Tuple* wanting, Time) { (void)wanting; }
};

}  // namespace conntrack

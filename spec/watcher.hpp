// Sees entries come and go whatever the edition tells its observers; for those who explain, no part of the semantics.
#pragma once

#include "spec/time.hpp"
#include "spec/tuple.hpp"

namespace conntrack {

/// `Shown` is how a tracker names an entry.
template <class Shown>
class WatcherOf {
  public:
    WatcherOf() = default;
    WatcherOf(const WatcherOf&) = delete;
    WatcherOf& operator=(const WatcherOf&) = delete;
    virtual ~WatcherOf() = default;
    virtual void confirmed(Shown, Time) {}
    virtual void deleted(Shown, Time) {}  // before its life ends
    /// Before deleted(): the entry goes because the table is full. `wanting` is the original tuple of the entry that is
    /// to take its place; null: the collector takes it.
    virtual void evicted(Shown, const Tuple* wanting, Time) { (void)wanting; }
};

}  // namespace conntrack

// What observers of the model are called with.
#pragma once

#include "model/entry.hpp"
#include "spec/expect/expectation.hpp"
#include "spec/observers.hpp"
#include "spec/time.hpp"

namespace conntrack {

/// All bits that a packet gathered for one entry, and the entry as it is now.
struct Notice {
    EventMask mask;
    const Entry& entry;
    Time now;
    Time time_left;  // on the timer; a DESTROY shows what was left of it

    [[nodiscard]] Message message() const { return message_of(mask); }
};

using Observers = ObserverList<Notice>;

using ExpectationObservers = ObserverList<expect::Notice>;

}  // namespace conntrack

// Takes out of a full table whom another implementation was seen to take, as far as these entries may go: in which
// bucket who stands is not known. The tracker finds and takes its entries; it names them as it likes.
#pragma once

#include "spec/choices.hpp"

#include <algorithm>

namespace conntrack::full_table {

/// Room for a new entry. `candidate(tuple)`: the entry with this original tuple, if it may be dropped early.
/// `oldest(only_fillers)`: the oldest entry that may be, one that only fills the table if there is one. Both give a
/// pointer, or a std::optional. `drop`: takes it out. False: nobody went.
template <class Candidate, class Oldest, class Drop>
bool drop_as_seen(const EarlyDropSeen& seen, Candidate candidate, Oldest oldest, Drop drop) {
    if (!seen.made_room) return false;
    bool dropped = false;
    if (seen.victims)
        for (const Tuple& original : *seen.victims) {
            const auto found = candidate(original);
            if (!found) continue;
            drop(*found);
            dropped = true;
        }
    if (dropped) return true;
    // Whoever went was not listed: a filler; or if it is not known who went, anybody.
    const auto somebody = oldest(seen.victims.has_value());
    if (somebody) drop(*somebody);
    return static_cast<bool>(somebody);
}

/// What is left on the timer of an entry that the collector was seen to take since `before`: as it was seen, as far as
/// that is possible for an entry with this deadline.
constexpr Time time_left_as_seen(const CollectedSeen& seen, Time deadline, Time before, Time now) {
    const Time least = std::max<Time>(deadline - now, 0), most = deadline - before;
    return std::clamp(seen.time_left, least, std::max(least, most));
}

}  // namespace conntrack::full_table

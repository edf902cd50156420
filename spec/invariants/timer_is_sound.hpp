// The timer of an entry in the table runs out later than now, and no later than some timeout that was configured.
#pragma once

#include "spec/invariants/entry_view.hpp"

namespace conntrack::invariant {

/// Holds once advance(now) was called.
constexpr bool deadline_is_ahead(const EntryView& e) { return !e.in_table() || e.deadline > e.now; }

constexpr bool remaining_was_configured(const EntryView& e) {
    return !e.in_table() || e.deadline - e.now <= seconds(e.longest_s);
}

}  // namespace conntrack::invariant

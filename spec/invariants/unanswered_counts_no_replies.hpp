// While SEEN_REPLY is clear, no packet of the reply direction has been counted.
#pragma once

#include "spec/invariants/entry_view.hpp"

namespace conntrack::invariant {

constexpr bool unanswered_counts_no_replies(const EntryView& e) {
    return e.status.has(Status::seen_reply) || e.packets[static_cast<std::size_t>(Direction::reply)] == 0;
}

}  // namespace conntrack::invariant

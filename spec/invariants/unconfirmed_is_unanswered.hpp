// Only its first packet knows an entry that is not confirmed: it can have seen no reply, and nothing was told of it.
#pragma once

#include "spec/invariants/entry_view.hpp"

namespace conntrack::invariant {

constexpr bool unconfirmed_is_unanswered(const EntryView& e) {
    if (e.life != EntryView::Life::unconfirmed) return true;
    return !e.status.has(Status::confirmed) && !e.status.has(Status::seen_reply) && !e.status.has(Status::assured);
}

}  // namespace conntrack::invariant

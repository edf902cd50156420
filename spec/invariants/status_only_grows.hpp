// What is known of a flow is never taken back: SEEN_REPLY, ASSURED, CONFIRMED and DYING stay once they are set.
#pragma once

#include "spec/invariants/entry_view.hpp"

namespace conntrack::invariant {

constexpr bool status_only_grows(const EntryView& before, const EntryView& after) {
    for (const Status bit : {Status::seen_reply, Status::assured, Status::confirmed, Status::dying, Status::nat_clash})
        if (before.status.has(bit) && !after.status.has(bit)) return false;
    return true;
}

}  // namespace conntrack::invariant

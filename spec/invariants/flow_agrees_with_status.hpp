// Generic tracking is told twice, by the state of its machine and by two status bits, and both tell the same.
#pragma once

#include "spec/invariants/entry_view.hpp"

namespace conntrack::invariant {

constexpr bool flow_agrees_with_status(const EntryView& e) {
    const bool seen_reply = e.flow != EntryView::Flow::unreplied;
    const bool assured = e.flow == EntryView::Flow::assured;
    const bool unanswered = !seen_reply && e.may_be_assured_unanswered();
    return e.status.has(Status::seen_reply) == seen_reply && (unanswered || e.status.has(Status::assured) == assured);
}

}  // namespace conntrack::invariant

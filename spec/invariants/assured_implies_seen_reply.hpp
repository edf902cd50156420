// A flow is worth keeping only once somebody has answered: ASSURED implies SEEN_REPLY. UDP asks for SEEN_REPLY, and so
// does TCP before it sets ASSURED on the way into ESTABLISHED. SCTP of linux-6.18 does not ask.
#pragma once

#include "spec/invariants/entry_view.hpp"

namespace conntrack::invariant {

constexpr bool assured_implies_seen_reply(const EntryView& e) {
    return !e.status.has(Status::assured) || e.status.has(Status::seen_reply) || e.may_be_assured_unanswered();
}

}  // namespace conntrack::invariant

// An entry can be found, by both of its tuples, exactly while it is confirmed and not dying; one that lost a clash
// (NAT_CLASH) by its reply tuple only. linux-2.6.9 has no DYING: there a deleted entry keeps CONFIRMED while packets
// hold it.
#pragma once

#include "spec/invariants/entry_view.hpp"

namespace conntrack::invariant {

constexpr bool linked_means_confirmed_and_alive(const EntryView& e) {
    const bool confirmed = e.status.has(Status::confirmed);
    const bool dying = e.status.has(Status::dying);
    const bool both = e.linked_by_reply_only() ? !e.found[0] : e.found[0] == e.found[1];
    if (!both || e.in_table() != (e.life == EntryView::Life::confirmed)) return false;
    if (e.edition->core.has_dying) return e.in_table() == (confirmed && !dying);
    return !dying && (!e.in_table() || confirmed);
}

}  // namespace conntrack::invariant

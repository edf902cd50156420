// A binding never changes while its entry lives: the original tuple never does; the reply tuple, the NAT bits and the
// records do not once the entry is confirmed; and what has been decided of one end stays, confirmed or not. Only
// linux-2.6.x forgets bindings, when NAT is unloaded.
#pragma once

#include "spec/invariants/entry_view.hpp"

namespace conntrack::invariant {

constexpr bool binding_is_kept(const EntryView& before, const EntryView& after) {
    if (before.original != after.original) return false;
    if (after.bindings_forgotten && !before.bindings_forgotten) return before.reply == after.reply;
    if (after.bindings_forgotten) return true;  // what is decided anew may be anything
    for (const nat::Manip manip : {nat::Manip::src, nat::Manip::dst})
        if (before.decided[static_cast<std::size_t>(manip)] && before.bound(manip) != after.bound(manip)) return false;
    if (before.life == EntryView::Life::unconfirmed) return true;
    return before.reply == after.reply && before.record_count == after.record_count &&
           before.records == after.records && before.bound(nat::Manip::src) == after.bound(nat::Manip::src) &&
           before.bound(nat::Manip::dst) == after.bound(nat::Manip::dst);
}

/// A done mark is never lost, so no rule is asked twice.
constexpr bool decision_is_kept(const EntryView& before, const EntryView& after) {
    if (after.bindings_forgotten) return true;
    return (!before.decided[0] || after.decided[0]) && (!before.decided[1] || after.decided[1]);
}

}  // namespace conntrack::invariant

// An entry has one reference for the table while it is linked, and one for every packet in flight that carries it; it
// exists no longer than that.
#pragma once

#include "spec/invariants/entry_view.hpp"

namespace conntrack::invariant {

constexpr bool references_are_counted(const EntryView& e) {
    return e.references == (e.in_table() ? 1u : 0u) + e.carriers;
}

constexpr bool existing_is_linked_or_held(const EntryView& e) {
    return e.life != EntryView::Life::freed && (e.in_table() || e.carriers > 0);
}

}  // namespace conntrack::invariant

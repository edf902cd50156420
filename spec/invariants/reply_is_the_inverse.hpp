// Without a binding, the reply tuple is the inverse of the original one, and the other way round. Zones, which may hold
// for one direction alone, are no part of this.
#pragma once

#include "spec/invariants/entry_view.hpp"
#include "spec/tuple_of.hpp"

namespace conntrack::invariant {

constexpr bool reply_is_the_inverse(const EntryView& e) {
    if (e.bound(nat::Manip::src) || e.bound(nat::Manip::dst) || e.bindings_forgotten) return true;
    const auto is_inverse = [&](const Tuple& a, Tuple b) {
        b.zone = a.zone;
        return inverse(a, *e.edition, e.modules) == b;
    };
    return is_inverse(e.original, e.reply) && is_inverse(e.reply, e.original);
}

}  // namespace conntrack::invariant

// What leaves differs from what came exactly in the ends that are bound: the source if there is a source binding, the
// destination if there is a destination binding. An ICMP id belongs to both ends: either binding may change it.
#pragma once

#include "spec/invariants/entry_view.hpp"
#include "spec/tuple_of.hpp"

namespace conntrack::invariant {

constexpr bool binding_changes_its_end(const EntryView& e) {
    if (e.bindings_forgotten) return true;
    const auto leaves = inverse(e.reply, *e.edition, e.modules);
    if (!leaves || leaves->proto != e.original.proto || leaves->family != e.original.family) return false;
    const bool src_bound = e.bound(nat::Manip::src), dst_bound = e.bound(nat::Manip::dst);
    const bool src = leaves->src != e.original.src, src_part = leaves->src_part != e.original.src_part;
    const bool dst = leaves->dst != e.original.dst, dst_part = leaves->dst_part != e.original.dst_part;
    if (!e.original.is_icmp()) return src_bound == (src || src_part) && dst_bound == (dst || dst_part);
    if (src_bound && dst_bound) return !dst_part;
    return !dst_part && src_bound == (src || (src_part && !dst_bound)) &&
           dst_bound == (dst || (src_part && !src_bound));
}

}  // namespace conntrack::invariant

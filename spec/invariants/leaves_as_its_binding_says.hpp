// A packet comes in with the tuple of its direction, and leaves as that to which the other direction's tuple is the
// answer. With comes_back, this is the translation of real bytes: what was sent comes back to its sender. And whoever
// gets an ICMP error finds quoted in it what it had sent.
#pragma once

#include "spec/invariants/passage_view.hpp"
#include "spec/tuple_of.hpp"

namespace conntrack::invariant {

constexpr bool same_but_for_zone(std::optional<Tuple> a, std::optional<Tuple> b) {
    if (a) a->zone = 0;
    if (b) b->zone = 0;
    return a == b;
}

constexpr bool leaves_as_its_binding_says(const PassageView& p) {
    if (!p.entry || p.about_a_flow || p.entry->bindings_forgotten) return true;
    const EntryView& e = *p.entry;
    const bool original = p.dir == Direction::original;
    if (!same_but_for_zone(p.came, original ? e.original : e.reply)) return false;
    if (!p.has_left || p.nat != PassageView::NatHooks::always) return true;
    return same_but_for_zone(p.left, inverse(original ? e.reply : e.original, *e.edition, e.modules));
}

constexpr bool quotation_is_restored(const PassageView& p) {
    if (!p.entry || !p.about_a_flow || p.entry->bindings_forgotten || !p.quoted_left) return true;
    const EntryView& e = *p.entry;
    const bool original = p.dir == Direction::original;
    if (!same_but_for_zone(p.quoted_came, inverse(original ? e.original : e.reply, *e.edition, e.modules)))
        return false;
    if (p.nat != PassageView::NatHooks::always) return true;
    return same_but_for_zone(p.quoted_left, original ? e.reply : e.original);
}

}  // namespace conntrack::invariant

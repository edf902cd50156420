// A packet without an entry (INVALID, UNTRACKED) is never translated, nor is any packet while there are no NAT hooks.
#pragma once

#include "spec/invariants/passage_view.hpp"

namespace conntrack::invariant {

constexpr bool untranslated_without_entry(const PassageView& p) { return p.entry || !p.has_left || p.unchanged; }

constexpr bool untranslated_without_nat(const PassageView& p) {
    return p.nat != PassageView::NatHooks::never || !p.has_left || p.unchanged;
}

}  // namespace conntrack::invariant

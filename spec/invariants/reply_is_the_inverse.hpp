// Without translation of addresses, the reply tuple is the inverse of the original one, and the other way round.
#pragma once

#include "spec/invariants/entry_view.hpp"
#include "spec/tuple_of.hpp"

namespace conntrack::invariant {

constexpr bool reply_is_the_inverse(const EntryView& e) {
    return inverse(e.original, *e.edition, e.modules) == e.reply &&
           inverse(e.reply, *e.edition, e.modules) == e.original;
}

}  // namespace conntrack::invariant

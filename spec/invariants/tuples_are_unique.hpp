// No two entries in the table answer to the same tuple, in whichever direction.
#pragma once

#include "spec/invariants/entry_view.hpp"

#include <map>
#include <span>

namespace conntrack::invariant {

inline bool tuples_are_unique(std::span<const EntryView> entries) {
    std::map<Tuple, EntryId> owner;
    for (const EntryView& e : entries) {
        if (!e.in_table()) continue;
        for (const Tuple* tuple : {&e.original, &e.reply})
            if (owner.emplace(*tuple, e.id).first->second != e.id) return false;
    }
    return true;
}

}  // namespace conntrack::invariant

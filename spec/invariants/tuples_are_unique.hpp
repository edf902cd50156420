// No two entries in the table answer to the same tuple, in whichever direction. Zones are part of a tuple. An entry
// that lost a clash (NAT_CLASH) answers to its reply tuple only.
#pragma once

#include "spec/invariants/entry_view.hpp"

#include <map>
#include <span>

namespace conntrack::invariant {

inline bool tuples_are_unique(std::span<const EntryView> entries) {
    std::map<Tuple, EntryId> owner;
    for (const EntryView& e : entries) {
        if (!e.in_table()) continue;
        if (owner.emplace(e.reply, e.id).first->second != e.id) return false;
        if (!e.linked_by_reply_only() && owner.emplace(e.original, e.id).first->second != e.id) return false;
    }
    return true;
}

}  // namespace conntrack::invariant

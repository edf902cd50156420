// No two entries in the table answer to the same tuple, in whichever direction. Zones are part of a tuple; where one
// holds for one direction alone, an entry's original and another's reply may be alike. An entry that lost a clash
// (NAT_CLASH) answers to its reply tuple only.
#pragma once

#include "spec/invariants/entry_view.hpp"

#include <algorithm>
#include <map>
#include <span>

namespace conntrack::invariant {

inline bool tuples_are_unique(std::span<const EntryView> entries) {
    struct Owner {
        const EntryView* entry;
        Direction dir;
    };
    std::multimap<Tuple, Owner> owners;
    const auto is_another = [](const Owner& a, const Owner& b) {
        return a.entry->id != b.entry->id && (a.dir == b.dir || (a.entry->zone.both() && b.entry->zone.both()));
    };
    const auto claim = [&](const Tuple& tuple, const Owner& owner) {
        const auto [begin, end] = owners.equal_range(tuple);
        if (std::any_of(begin, end, [&](const auto& other) { return is_another(other.second, owner); })) return false;
        owners.emplace(tuple, owner);
        return true;
    };
    return std::ranges::all_of(entries, [&](const EntryView& e) {
        if (!e.in_table()) return true;
        return claim(e.reply, {&e, Direction::reply}) &&
               (e.linked_by_reply_only() || claim(e.original, {&e, Direction::original}));
    });
}

}  // namespace conntrack::invariant

#include "impl/by_source.hpp"

namespace conntrack::fast {

/// Of the source alone.
Tag BySource::tag(const Tuple& tuple) const {
    Tuple source;
    source.src = tuple.src;
    source.src_part = tuple.src_part;
    source.proto = tuple.proto;
    source.family = tuple.family;
    return tag_of(lookup_key_of(source), key_);
}

Handle BySource::newest(const Tuple& tuple) const {
    Handle out = no_entry;
    heads_.find(tag(tuple), [&](Link link) {
        const Tuple head = store_.tuple(link.entry(), Direction::original);
        if (head.src != tuple.src || head.src_part != tuple.src_part || head.proto != tuple.proto ||
            head.family != tuple.family)
            return false;
        out = link.entry();
        return true;
    });
    return out;
}

void BySource::add(Handle entry) {
    if (lists(entry)) remove(entry);
    const Tuple original = store_.tuple(entry, Direction::original);
    const Handle next = newest(original);
    PackedNat& nat = store_.nat(entry);
    nat.newer = no_entry;
    nat.older = next;
    if (next != no_entry) {
        store_.nat(next).newer = entry;
        heads_.remove(tag(original), next, Direction::original);
    }
    heads_.insert(tag(original), {entry, Direction::original, false});
    store_[entry].set(Trait::listed_by_source);
    ++size_;
}

void BySource::remove(Handle entry) {
    if (!lists(entry)) return;
    const PackedNat& nat = store_.nat(entry);
    if (nat.older != no_entry) store_.nat(nat.older).newer = nat.newer;
    if (nat.newer != no_entry) {
        store_.nat(nat.newer).older = nat.older;
    } else {
        const Tag of_source = tag(store_.tuple(entry, Direction::original));
        heads_.remove(of_source, entry, Direction::original);
        if (nat.older != no_entry) heads_.insert(of_source, {nat.older, Direction::original, false});
    }
    store_[entry].clear(Trait::listed_by_source);
    --size_;
}

}  // namespace conntrack::fast

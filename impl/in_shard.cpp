// What a tracker that is one of several shards does besides: its tuples that other shards would take for theirs are
// told to all.
#include "impl/core.hpp"

namespace conntrack::fast {

/// Another shard asks, and holds this one's lock.
bool Core::links(const Tuple& tuple) const {
    bool found = false;
    table_.each_with(lookup_key_of(tuple), [&](const Table::Place&) { found = true; });
    return found;
}

/// Links an entry unless another shard has one of its tuples. First those are claimed whose home is elsewhere, without
/// this shard's lock; then, under it, nobody can claim those whose home is here.
bool Core::link_in_shard(Handle entry, bool by_original) {
    const auto link = [&] { by_original ? table_.link(entry) : table_.link_reply(entry); };
    if (options_.crossings == nullptr) return link(), true;
    Crossings& crossings = *options_.crossings;
    const Tuple original = store_.tuple(entry, Direction::original), reply = store_.tuple(entry, Direction::reply);
    const bool claims_original = by_original && lives_elsewhere(original), claims_reply = lives_elsewhere(reply);
    if (claims_original && !crossings.claim(original, options_.shard)) return false;
    if (claims_reply && !crossings.claim(reply, options_.shard)) {
        give_up_tuples(entry, claims_original, false);
        return false;
    }
    const auto is_claimed = [&](const Tuple& tuple) {
        return !lives_elsewhere(tuple) && crossings.is_taken_elsewhere(tuple, options_.shard);
    };
    bool taken = false;
    {
        const std::lock_guard lock(crossings.lock_of(options_.shard));
        taken = (by_original && is_claimed(original)) || is_claimed(reply);
        if (!taken) link();
    }
    // Not under this shard's lock: it takes that of another one.
    if (taken) give_up_tuples(entry, claims_original, claims_reply);
    return !taken;
}

void Core::leave_shard(Handle entry) {
    const bool lost = store_[entry].has(Trait::reply_only);
    give_up_tuples(entry, !lost && lives_elsewhere(store_.tuple(entry, Direction::original)),
                   lives_elsewhere(store_.tuple(entry, Direction::reply)));
}

void Core::give_up_tuples(Handle entry, bool original, bool reply) {
    if (original) options_.crossings->give_up(store_.tuple(entry, Direction::original), options_.shard);
    if (reply) options_.crossings->give_up(store_.tuple(entry, Direction::reply), options_.shard);
}

}  // namespace conntrack::fast

// The confirm hook: an entry enters the table when its first packet leaves the router, unless another one has come
// between. Sources: __ip_conntrack_confirm() (2.6.9), __nf_conntrack_confirm(), nf_ct_resolve_clash().
#include "impl/core.hpp"
#include "impl/lives.hpp"
#include "spec/announcement.hpp"

namespace conntrack::fast {

bool Core::are_one_flow(Handle entry, const Table::Place& met) const {
    if (met.entry == no_entry) return false;
    const auto key = [this](Handle of, Direction dir) { return key_of(store_.tuple(of, dir)); };
    return clash::are_one_flow<Concrete>(key(entry, Direction::original), key(entry, Direction::reply),
                                         key(met.entry, Direction::original), key(met.entry, Direction::reply));
}

/// Where two first packets of one flow met on their way, and the protocol allows it, the later one goes on with the
/// entry of the earlier; if they were translated differently, its own entry serves the replies to it for a second.
bool Core::insert(Handle entry, Flight flight) {
    const auto find = [&](Direction dir) {
        const LookupKey key = lookup_key_of(store_.tuple(entry, dir));
        if (!table_.shares_tuples() && store_[entry].zone == 0) return find_alive(key, table_.tag_of(key));
        return find_in_zone(key, store_[entry].whole_zone());
    };
    const Table::Place holder = find(Direction::reply);
    Table::Place winner = find(Direction::original);
    const bool original_taken = winner.entry != no_entry;
    if (!original_taken) winner = holder;
    const Family family = EntryStore::is_v6(entry) ? Family::ipv6 : Family::ipv4;
    const auto way =
        clash::entrance<Concrete>({.may_clash = may_clash(store_[entry].proto, family, edition_, options_.modules),
                                   .original_taken = original_taken,
                                   .reply_taken = holder.entry != no_entry,
                                   .winner_is_one = are_one_flow(entry, winner),
                                   .holder_is_one = are_one_flow(entry, holder)});
    if (way.dropped) flight.verdict.clause = Clause::core_confirm_clash;
    if (way.to_winner) merge(entry, winner.entry, flight);
    if (way.to_holder) merge(entry, holder.entry, flight);
    if (way.by_reply && !enter(entry, way, flight) && way.by_original) {
        flight.verdict.clause = Clause::core_confirm_clash;
        return false;
    }
    return !way.dropped;
}

/// The entry enters the table, by its reply tuple and, unless it lost a clash, by the original one. False: another
/// shard has one of them.
bool Core::enter(Handle entry, const clash::Entrance<Concrete>& way, Flight flight) {
    PackedEntry& e = store_[entry];
    const bool lost = !way.by_original;
    if (!link_in_shard(entry, way.by_original)) return false;
    if (lost) {
        e.set(Status::fixed_timeout);
        e.set(Status::nat_clash);
        flight.verdict.clause = Clause::core_clash_reply_only;
    }
    lives::confirm(e);
    e.set(Status::confirmed);
    if (chosen_chains_) chosen_chains_->add(entry);
    timers_.arm(entry, now_ + seconds(lost ? 1 : e.deadline));
    if (watcher_ != nullptr) watcher_->confirmed(entry, now_);
    bool helped = false;
    if (e.has(Trait::extended)) {
        const expect::Extension& extension = extensions_.at(entry);
        helped = extension.helper != nullptr;
        expectations_.confirmed(key_of_master(entry));
        if (extension.is_master) hold_for_kin(entry);
    }
    e.pending = static_cast<EventMask>(announcement::entered<Concrete>(
        e.pending, way, {.expected = e.has(Status::expected), .helped = helped}, e.has(Trait::reports)));
    return true;
}

/// The packet goes on with the entry that it met.
void Core::merge(Handle loser, Handle winner, Flight flight) {
    const Direction dir = *flight.verdict.dir;
    const CtInfo info = *flight.verdict.info;
    if (store_[winner].has(Trait::accounted) && store_[loser].has(Trait::accounted)) {
        Counter& counter = store_.counters(winner)[static_cast<std::size_t>(dir)];
        ++counter.packets;
        counter.bytes += store_.counters(loser)[static_cast<std::size_t>(dir)].bytes;
    }
    detach(flight);
    lives::hold(store_[winner]);
    attach(flight, winner, dir, info);
    flight.verdict.clause = Clause::core_clash_merged;
}

}  // namespace conntrack::fast

// The confirm hook: an entry enters the table when its first packet leaves the router, unless another one has come
// between. Sources: __ip_conntrack_confirm() (2.6.9), __nf_conntrack_confirm(), nf_ct_resolve_clash().
#include "impl/core.hpp"
#include "impl/lives.hpp"

namespace conntrack::fast {

bool Core::insert(Handle entry, Flight flight) {
    PackedEntry& e = store_[entry];
    const Tuple reply = store_.tuple(entry, Direction::reply);
    Table::Place clash = find_alive(store_.tuple(entry, Direction::original));
    if (clash.entry == no_entry) clash = find_alive(reply);
    if (clash.entry != no_entry) {
        if (resolve_clash(entry, clash.entry, flight)) return true;
        flight.verdict.clause = Clause::core_confirm_clash;
        return false;
    }
    lives::confirm(e);
    e.set(Status::confirmed);
    table_.link(entry);
    timers_.arm(entry, now_ + seconds(e.deadline));
    note(e, EventBit::new_);
    return true;
}

/// Two first packets of one flow met on their way. Where the protocol allows it, the later one goes on with the entry
/// of the earlier; if they were translated differently, its own entry serves the replies to it for a second.
bool Core::resolve_clash(Handle loser, Handle winner, Flight flight) {
    PackedEntry& e = store_[loser];
    const Family family = EntryStore::is_v6(loser) ? Family::ipv6 : Family::ipv4;
    if (!may_clash(e.proto, family, edition_, options_.modules)) return false;
    if (merge(loser, winner, flight)) return true;
    const Table::Place holder = find_alive(store_.tuple(loser, Direction::reply));
    if (holder.entry != no_entry) return merge(loser, holder.entry, flight);

    e.set(Status::fixed_timeout);
    e.set(Status::nat_clash);
    lives::confirm(e);
    e.set(Status::confirmed);
    table_.link_reply(loser);
    timers_.arm(loser, now_ + seconds(1));
    flight.verdict.clause = Clause::core_clash_reply_only;
    return true;
}

bool Core::merge(Handle loser, Handle winner, Flight flight) {
    const auto tuple = [&](Handle entry, Direction dir) { return store_.tuple(entry, dir); };
    constexpr auto original = Direction::original, reply = Direction::reply;
    const bool same = tuple(winner, original) == tuple(loser, original) && tuple(winner, reply) == tuple(loser, reply);
    const bool swapped =
        tuple(winner, original) == tuple(loser, reply) && tuple(winner, reply) == tuple(loser, original);
    if (!same && !swapped) return false;
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
    return true;
}

}  // namespace conntrack::fast

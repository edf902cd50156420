// The confirm hook: an entry enters the table when its first packet leaves the router, unless another one has come
// between. Sources: __ip_conntrack_confirm() (2.6.9), __nf_conntrack_confirm(), nf_ct_resolve_clash().
#include "model/tracker.hpp"

#include <utility>

namespace conntrack {

bool Tracker::confirm(InFlight& flight, Time now) {
    advance(now);
    if (flight.verdict_.dropped()) return false;
    if (flight.entry_ == nullptr) return true;

    const bool unconfirmed = flight.entry_->life.state() == LifeMachine::State::unconfirmed;
    if (flight.verdict_.dir == Direction::original && unconfirmed && !insert(*flight.entry_, flight)) return false;
    Entry& entry = *flight.entry_;
    if (entry.linked() && entry.pending != 0) {
        const EventMask mask = std::exchange(entry.pending, EventMask{0});
        notify(entry, mask, entry.remaining(now_));
    }
    return true;
}

bool Tracker::insert(Entry& entry, InFlight& flight) {
    auto clash = table_.find(entry.original, entry.zone);
    if (!clash) clash = table_.find(entry.reply, entry.zone);
    if (clash) {
        if (resolve_clash(entry, *clash->entry, flight)) return true;
        flight.verdict_.clause = Clause::core_confirm_clash;
        return false;
    }
    entry.life.confirm();
    entry.status.set(Status::confirmed);
    table_.link(entry);
    table_.arm(entry, now_ + seconds(entry.stored_timeout));
    if (watcher_ != nullptr) watcher_->confirmed(entry, now_);
    note(entry, EventBit::new_);
    return true;
}

/// Two first packets of one flow met on their way. Where the protocol allows it, the later one goes on with the entry
/// of the earlier; if they were translated differently, its own entry serves the replies to it for a second.
bool Tracker::resolve_clash(Entry& loser, Entry& winner, InFlight& flight) {
    if (!may_clash(loser.original.proto, loser.original.family, edition_, options_.modules)) return false;
    if (merge(loser, winner, flight)) return true;
    if (const auto holder = table_.find(loser.reply, loser.zone)) return merge(loser, *holder->entry, flight);

    loser.status.set(Status::fixed_timeout);
    loser.status.set(Status::nat_clash);
    loser.life.confirm();
    loser.status.set(Status::confirmed);
    table_.link_reply(loser);
    table_.arm(loser, now_ + seconds(1));
    if (watcher_ != nullptr) watcher_->confirmed(loser, now_);
    flight.verdict_.clause = Clause::core_clash_reply_only;
    return true;
}

bool Tracker::merge(Entry& loser, Entry& winner, InFlight& flight) {
    const bool same = winner.original == loser.original && winner.reply == loser.reply;
    const bool swapped = winner.original == loser.reply && winner.reply == loser.original;
    if (!same && !swapped) return false;
    const Direction dir = *flight.verdict_.dir;
    const CtInfo info = *flight.verdict_.info;
    if (winner.accounted && loser.accounted) {
        Counter& counter = winner.counters[static_cast<std::size_t>(dir)];
        ++counter.packets;
        counter.bytes += loser.counters[static_cast<std::size_t>(dir)].bytes;
    }
    detach(flight);
    winner.life.hold();
    attach(flight, winner, dir, info);
    flight.verdict_.clause = Clause::core_clash_merged;
    return true;
}

}  // namespace conntrack

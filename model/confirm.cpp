// The confirm hook: an entry enters the table when its first packet leaves the router, unless another one has come
// between. Sources: __ip_conntrack_confirm() (2.6.9), __nf_conntrack_confirm(), nf_ct_resolve_clash().
#include "model/tracker.hpp"
#include "spec/announcement.hpp"
#include "spec/clash.hpp"
#include "spec/trackers.hpp"

#include <utility>

namespace conntrack {

bool Tracker::confirm(InFlight& flight, Time now, std::vector<std::uint8_t>* bytes) {
    advance(now);
    if (flight.verdict_.dropped()) return false;
    if (flight.entry_ == nullptr) return true;

    if (bytes != nullptr && !pass_helper(flight, *bytes)) return false;
    const bool unconfirmed = flight.entry_->life.state() == LifeMachine::State::unconfirmed;
    if (flight.verdict_.dir == Direction::original && unconfirmed && !insert(*flight.entry_, flight)) return false;
    Entry& entry = *flight.entry_;
    const auto told = announcement::at_confirm_hook<Concrete>(entry.pending, entry.linked());
    entry.pending = static_cast<EventMask>(told.gathered);
    notify(entry, static_cast<EventMask>(told.mask), entry.remaining(now_));
    return true;
}

namespace {

bool are_one_flow(const Entry& a, const std::optional<Table::Found>& met) {
    return met && clash::are_one_flow<Concrete>(key_of(a.original), key_of(a.reply), key_of(met->entry->original),
                                                key_of(met->entry->reply));
}

}  // namespace

/// Where two first packets of one flow met on their way, and the protocol allows it, the later one goes on with the
/// entry of the earlier; if they were translated differently, its own entry serves the replies to it for a second.
bool Tracker::insert(Entry& entry, InFlight& flight) {
    const auto holder = table_.find(entry.reply, entry.zone);
    auto winner = table_.find(entry.original, entry.zone);
    const bool original_taken = winner.has_value();
    if (!winner) winner = holder;
    const auto way = clash::entrance<Concrete>(
        {.may_clash = may_clash(entry.original.proto, entry.original.family, edition_, options_.modules),
         .original_taken = original_taken,
         .reply_taken = holder.has_value(),
         .winner_is_one = are_one_flow(entry, winner),
         .holder_is_one = are_one_flow(entry, holder)});
    if (way.dropped) flight.verdict_.clause = Clause::core_confirm_clash;
    if (way.to_winner) merge(entry, *winner->entry, flight);
    if (way.to_holder) merge(entry, *holder->entry, flight);
    if (way.by_reply) enter(entry, way, flight);
    return !way.dropped;
}

/// The entry enters the table, by its reply tuple and, unless it lost a clash, by the original one.
void Tracker::enter(Entry& entry, const clash::Entrance<Concrete>& way, InFlight& flight) {
    const bool lost = !way.by_original;
    if (lost) {
        entry.status.set(Status::fixed_timeout);
        entry.status.set(Status::nat_clash);
        flight.verdict_.clause = Clause::core_clash_reply_only;
    }
    entry.life.confirm();
    entry.status.set(Status::confirmed);
    lost ? table_.link_reply(entry) : table_.link(entry);
    table_.arm(entry, now_ + seconds(lost ? 1 : entry.stored_timeout));
    if (watcher_ != nullptr) watcher_->confirmed(entry, now_);
    const bool helped = entry.extension != nullptr && entry.extension->helper != nullptr;
    if (entry.extension != nullptr) expectations_.confirmed(key_of_master(entry));
    entry.pending = static_cast<EventMask>(announcement::entered<Concrete>(
        entry.pending, way, {.expected = entry.has(Status::expected), .helped = helped}, entry.reports));
}

/// The packet goes on with the entry that it met.
void Tracker::merge(Entry& loser, Entry& winner, InFlight& flight) {
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
}

}  // namespace conntrack

// Entries that no packet made: those that fill the table, and those of a table that was read from elsewhere.
#include "impl/core.hpp"
#include "impl/lives.hpp"
#include "spec/clash.hpp"
#include "spec/tcp/outcome.hpp"

namespace conntrack::fast {

/// Into the table, with the timeout that is left to it. False, and it is freed: another shard has one of its tuples.
bool Core::link_ready(Handle entry, std::uint32_t timeout_s) {
    PackedEntry& e = store_[entry];
    const bool linked = link_in_shard(entry, true);
    if (linked) lives::confirm(e);
    lives::release(e);
    if (!linked) return free_if_freed(entry), false;
    e.set(Status::confirmed);
    if (chosen_chains_) chosen_chains_->add(entry);
    timers_.arm(entry, now_ + seconds(timeout_s));
    return true;
}

void Core::fill(const Fill& fill, Time now) {
    advance(now);
    std::uint32_t& next = next_filler_.try_emplace(fill.zone, filler::first_number).first->second;
    bool refused = false;
    for (std::uint32_t i = 0; i < fill.count; ++i, ++next) {
        const Tuple original = filler::original(next, fill.zone), reply = filler::reply_of(original);
        if (oldest_with(original).entry != no_entry || oldest_with(reply).entry != no_entry) continue;
        const auto made = find_room(original, EntryMaker::netlink)
                              ? make_entry(original, reply, {.id = fill.zone}, next_filler_id_)
                              : std::nullopt;
        refused = refused || !made;
        if (!made) continue;
        PackedEntry& e = store_[*made];
        e.set(Trait::filler);
        if (fill.assured) {
            e.set_flow(flow::State::assured);
            e.set(Status::seen_reply);
            e.set(Status::assured);
        }
        link_ready(*made, filler::timeout_s);
    }
    if (refused) refuse();
}

bool Core::import(const Imported& from, Time now) {
    advance(now);
    const bool original_taken = oldest_with(from.original).entry != no_entry,
               reply_taken = oldest_with(from.reply).entry != no_entry;
    if (!clash::entrance<Concrete>({false, original_taken, reply_taken, false, false}).by_original) return false;
    const auto made = make_entry(from.original, from.reply, {.id = from.original.zone}, next_id_);
    if (!made) return false;
    PackedEntry& e = store_[*made];
    if (from.has_counters) {
        e.set(Trait::accounted);
        store_.counters(*made) = from.counters;
    }
    if (notice_rules_.notifier) e.set(Trait::reports);
    store_.rest(*made).mark = from.mark;
    e.set_flow(from.flow());
    if (from.seen_reply) e.set(Status::seen_reply);
    if (from.assured) e.set(Status::assured);
    if (e.l4() == L4Tracker::tcp) {
        e.own_state = static_cast<std::uint8_t>(from.tcp_state);
        e.tcp = pack(tcp::picked_up<Concrete>(tcp::blank<Concrete>(), edition_.tcp, tcp_settings_));
    } else if (e.l4() != L4Tracker::sctp) {
        if (from.gre_timeouts) e.flow.gre_timeouts = *from.gre_timeouts;
        e.flow.tracked_since = now_ - Imported::age;
    }
    if (e.has(Trait::counts_icmp)) {
        e.set_count_state(icmp::CountState::waiting);
        e.flow.icmp_count = 1;
    }
    return link_ready(*made, from.timeout);
}

}  // namespace conntrack::fast

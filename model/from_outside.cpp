// What is done to the table from outside, by users and by whoever sets it up: flush, deletion, import.
// Sources: ip_ct_iterate_cleanup() and its later kin; ctnetlink_del_conntrack(), ctnetlink_create_conntrack().
#include "model/tracker.hpp"
#include "spec/clash.hpp"
#include "spec/flow_settings.hpp"

#include <utility>
#include <vector>

namespace conntrack {

void Tracker::flush(Time now) {
    advance(now);
    std::vector<Entry*> all;
    table_.each_linked([&](Entry& e) { all.push_back(&e); });
    for (auto it = all.rbegin(); it != all.rend(); ++it) remove(**it, Gone::flushed);
    fillers_gone_ += table_.drop_all_fillers();
    if (edition_.core.lists_unconfirmed) {
        table_.each_in_limbo([](Entry& e) {
            e.life.condemn();
            e.status.set(Status::dying);
        });
    }
}

const Entry* Tracker::entry_with(const Tuple& tuple) const {
    const auto found = table_.find(tuple);
    return found ? found->entry : nullptr;
}

bool Tracker::erase(const Tuple& tuple, Time now) {
    advance(now);
    const auto found = table_.find(tuple);
    if (found) remove(*found->entry, Gone::erased);
    return found.has_value();
}

std::vector<std::string> Tracker::take_log() { return std::exchange(log_, {}); }

bool Tracker::import(const Imported& from, Time now) {
    advance(now);
    const bool original_taken = table_.find(from.original).has_value(),
               reply_taken = table_.find(from.reply).has_value();
    if (!clash::entrance<Concrete>({false, original_taken, reply_taken, false, false}).by_original) return false;
    Entry& entry = table_.create();
    entry.original = from.original;
    entry.reply = from.reply;
    entry.tracker = tracker_of(from.original.proto, from.original.family, edition_, options_.modules);
    entry.accounted = from.has_counters;
    entry.counters = from.counters;
    entry.reports = notice_rules().notifier;
    entry.mark = from.mark;
    entry.tracked_since = now - Imported::age;
    entry.flow.restore(from.flow());
    if (from.seen_reply) entry.status.set(Status::seen_reply);
    if (from.assured) entry.status.set(Status::assured);
    if (entry.tracker == L4Tracker::tcp) {
        entry.tcp_machine = make_tcp_machine(edition_.id);
        entry.tcp_machine->restore(from.tcp_state);
        entry.tcp = tcp::picked_up<Concrete>(entry.tcp, edition_.tcp, tcp_settings_);
    }
    entry.gre_timeouts =
        from.gre_timeouts.value_or(flow::timeouts_of(flow::Kind::gre, from.original.family, edition_, settings_));
    if (entry.tracker == L4Tracker::icmp && edition_.core.counts_icmp) {
        entry.icmp_machine = make_icmp_count_machine();
        entry.icmp_machine->restore(IcmpCountMachine::State::waiting);
        entry.icmp_count = 1;
    }
    entry.life.confirm();
    entry.life.release();
    entry.status.set(Status::confirmed);
    table_.link(entry);
    table_.arm(entry, now_ + seconds(from.timeout));
    return true;
}

}  // namespace conntrack

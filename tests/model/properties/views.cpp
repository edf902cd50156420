#include "tests/model/properties/views.hpp"

#include <algorithm>

namespace conntrack::testing {

std::uint32_t longest_timeout(L4Tracker tracker, const Settings& s) {
    const auto longest = [&](Setting from, Setting to) {
        std::uint32_t out = 0;
        for (auto i = static_cast<std::size_t>(from); i <= static_cast<std::size_t>(to); ++i)
            out = std::max(out, static_cast<std::uint32_t>((s.span(static_cast<Setting>(i)) + seconds(1) - 1) /
                                                           nanoseconds_per_second));
        return out;
    };
    switch (tracker) {
        case L4Tracker::tcp: return longest(Setting::tcp_timeout_syn_sent, Setting::tcp_timeout_unacknowledged);
        case L4Tracker::udp: return longest(Setting::udp_timeout, Setting::udp_timeout_stream);
        case L4Tracker::udplite: return longest(Setting::udp_timeout, Setting::udplite_timeout_stream);
        case L4Tracker::icmp: return s[Setting::icmp_timeout];
        case L4Tracker::icmpv6: return s[Setting::icmpv6_timeout];
        case L4Tracker::sctp: return longest(Setting::sctp_timeout_closed, Setting::sctp_timeout_heartbeat_sent);
        case L4Tracker::gre: return std::max(longest(Setting::gre_timeout, Setting::gre_timeout_stream), 180U);
        case L4Tracker::generic: break;
    }
    return s[Setting::generic_timeout];
}

namespace {

void add_binding(EntryView& v, const NatState& nat) {
    v.decided = nat.done;
    v.record_count = std::min(nat.records.size(), EntryView::most_records);
    std::copy_n(nat.records.begin(), v.record_count, v.records.begin());
}

}  // namespace

EntryView view_of(const Tracker& tracker, const Entry& e, Time now, const Carriers& carriers, const Settings& largest) {
    EntryView v;
    v.edition = &tracker.edition();
    v.modules = tracker.modules();
    v.id = e.id;
    v.original = e.original;
    v.reply = e.reply;
    v.zone = e.zone;
    v.status = e.status;
    v.tracker = e.tracker;
    v.flow = static_cast<EntryView::Flow>(e.flow.state());
    v.life = static_cast<EntryView::Life>(e.life.state());
    for (const Direction dir : {Direction::original, Direction::reply}) {
        v.found[static_cast<std::size_t>(dir)] = tracker.table().links(e, dir);
    }
    v.references = e.life.references();
    const auto carried = carriers.find(e.id);
    v.carriers = carried == carriers.end() ? 0 : carried->second;
    v.packets = {e.counters[0].packets, e.counters[1].packets};
    v.now = now;
    v.deadline = e.deadline;
    v.longest_s = longest_timeout(e.tracker, largest);
    if (e.tcp_machine)
        v.tcp = invariant::TcpView<Concrete>{&tracker.edition(), e.tcp_machine->state(), e.tcp,
                                             e.has(Status::seen_reply), e.has(Status::assured)};
    if (e.icmp_machine) v.outstanding_requests = e.icmp_count;
    if (e.nat != nullptr) add_binding(v, *e.nat);
    return v;
}

std::vector<EntryView> views_of(const Tracker& tracker, Time now, const Carriers& carriers, const Settings& largest) {
    std::vector<EntryView> out;
    const auto add = [&](const Entry& e) { out.push_back(view_of(tracker, e, now, carriers, largest)); };
    tracker.table().each_linked(add);
    tracker.table().each_in_limbo(add);
    return out;
}

std::string violations(const std::vector<EntryView>& views) {
    std::string out;
    for (const auto& invariant : invariant::entry_invariants)
        for (const EntryView& v : views)
            if (!invariant.holds(v)) out += std::string(invariant.name) + " (entry " + std::to_string(v.id) + ")\n";
    for (const auto& invariant : invariant::table_invariants)
        if (!invariant.holds(views)) out += std::string(invariant.name) + "\n";
    return out;
}

std::string broken_steps(const std::vector<EntryView>& before, const std::vector<EntryView>& after) {
    std::map<EntryId, const EntryView*> known;
    for (const EntryView& v : before) known.emplace(v.id, &v);
    std::string out;
    for (const EntryView& v : after) {
        const auto was = known.find(v.id);
        if (was == known.end()) continue;
        for (const auto& invariant : invariant::step_invariants)
            if (!invariant.holds(*was->second, v))
                out += std::string(invariant.name) + " (entry " + std::to_string(v.id) + ")\n";
    }
    return out;
}

}  // namespace conntrack::testing

// The packet meets a chain of rules: what they see of it, and what they do to it.
#include "model/path/doubts.hpp"
#include "model/path/packet_path.hpp"

namespace conntrack {

using rules::TableId;

rules::FlowView PacketPath::flow_view(const Entry& entry) const {
    rules::FlowView view;
    view.original = entry.original;
    view.reply = entry.reply;
    view.status = entry.status;
    view.mark = entry.mark;
    view.seconds_left = static_cast<std::uint32_t>(entry.remaining_seconds(tracker_.now()));
    return view;
}

/// Nothing: there is no such table.
std::optional<rules::Decision> PacketPath::run(Passage& passage, TableId table, Hook hook, Template* from) {
    Rules& mine = rules_of(passage.packet.family);
    if (!mine.set || !mine.set->table(table)) return std::nullopt;
    rules::Subject subject{.packet = passage.packet, .edition = edition()};
    if (hook == Hook::prerouting || hook == Hook::forward || hook == Hook::input) subject.in = passage.in;
    if (hook == Hook::forward || hook == Hook::postrouting || hook == Hook::output)
        subject.out = router_.interfaces()[passage.route.interface].name;
    subject.mark = passage.mark;
    subject.counters = &mine.counters;
    const Verdict& verdict = passage.flight.verdict();
    subject.info = verdict.info.value_or(CtInfo::invalid);
    subject.dir = verdict.dir.value_or(Direction::original);
    const Entry* entry = passage.flight.entry();
    std::optional<rules::FlowView> view;
    if (entry != nullptr)
        subject.flow = &view.emplace(flow_view(*entry));
    else if (subject.info == CtInfo::untracked && edition().rules.untracked_is_an_entry)
        subject.flow = &untracked_;

    subject.connmark_hangs = doubts_->mark_hangs(passage, subject);

    const rules::Decision decision = rules::run(*mine.set, table, hook, subject);
    if (passage.keeps_chains) passage.chains.push_back({hook, table, mine.set, subject.effects.steps, decision});
    passage.mark = subject.mark;
    doubts_->by_rules(passage, hook, subject, decision);
    if (entry != nullptr && subject.effects.connmark_changed) tracker_.set_mark(passage.flight, view->mark);
    for (const rules::LogLine& line : subject.effects.logs) passage.log.push_back(line.log->prefix);
    if (const rules::CtTarget* ct = subject.effects.ct; ct != nullptr && from != nullptr) {
        from->notrack = ct->notrack;
        if (!ct->helper.empty()) from->helper = tracker_.helpers().named(ct->helper, passage.packet.protocol);
        if (ct->zone) {
            using Directions = rules::ZoneChoice::Directions;
            from->zone.id = ct->zone->from_mark ? static_cast<std::uint16_t>(passage.mark) : ct->zone->id;
            from->zone.original = ct->zone->directions != Directions::reply;
            from->zone.reply = ct->zone->directions != Directions::original;
        }
    }
    return decision;
}

/// Sends the packet through a chain. False: it stops there.
bool PacketPath::filter(Passage& passage, TableId table, Hook hook, Time now) {
    const auto decision = run(passage, table, hook, nullptr);
    if (!decision || decision->kind == rules::Decision::Kind::accept) return true;
    if (decision->kind == rules::Decision::Kind::reject) answer_reject(passage, *decision->reject, hook, now);
    return stop(passage, *decision, hook);
}

}  // namespace conntrack

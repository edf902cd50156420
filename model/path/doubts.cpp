#include "model/path/doubts.hpp"

#include "spec/longest_timeout.hpp"
#include "spec/tuple_of.hpp"

#include <algorithm>

namespace conntrack {

using rules::TableId;

namespace {

bool met_unknown(const std::vector<rules::Step>& steps) {
    return std::ranges::any_of(steps, [](const rules::Step& step) {
        return step.uncertain && std::ranges::any_of(step.rule->matches, [](const rules::Match& match) {
                   return std::holds_alternative<rules::UnknownMatch>(match);
               });
    });
}

/// Does a packet that was at a hook come to `later`, or may it? Where it goes from PREROUTING on may hang, too.
bool may_follow(Hook hook, Hook later) {
    if (hook == later) return true;
    if (hook == Hook::prerouting) return later != Hook::output;
    return (hook == Hook::forward || hook == Hook::output) && later == Hook::postrouting;
}

bool sets_connmark(const rules::Target& target) {
    const auto* connmark = std::get_if<rules::ConnmarkTarget>(&target);
    return connmark != nullptr && connmark->mode != rules::ConnmarkTarget::Mode::restore;
}

bool resets(const rules::Target& target) {
    const auto* reject = std::get_if<rules::RejectTarget>(&target);
    return reject != nullptr && reject->with == "tcp-reset";
}

bool is_confirmed(const Entry* entry) { return entry != nullptr && entry->has(Status::confirmed); }

/// The tuples whose holders may stand in the way of an entry: its own, and those with which its ports would be kept.
std::array<Tuple, 4> wanted_by(const Entry& entry) {
    std::array<Tuple, 4> out = {entry.original, entry.reply, entry.reply, entry.reply};
    if (entry.original.is_icmp()) return out;
    out[2].dst_part = entry.original.src_part;
    out[3].src_part = entry.original.dst_part;
    return out;
}

}  // namespace

// --- what hangs of a packet ----------------------------------------------------------------------------------------

void Doubts::begin(Passage& passage, Hook hook, std::uint64_t since) {
    if (passage.uncertain) return;
    passage.uncertain = true;
    passage.uncertain_from = hook;
    passage.uncertain_since = since;
}

bool Doubts::mark_hangs(const Passage& passage, const rules::Subject& subject) const {
    return subject.flow == &path_.untracked_ ? untracked_mark_hangs_ : passage.mark_hangs;
}

void Doubts::by_rules(Passage& passage, Hook hook, const rules::Subject& subject, const rules::Decision& decision) {
    const rules::Effects& effects = subject.effects;
    if (decision.uncertain) begin(passage, hook, met_unknown(effects.steps) ? passage.number : passage.mark_since);
    if (effects.connmark_settled && !passage.uncertain) {
        passage.mark_hangs = false;
        passage.mark_settled = true;
    }
    if (subject.flow == &path_.untracked_)
        untracked_mark_hangs_ = subject.connmark_hangs || (passage.uncertain && may_come_to(passage, sets_connmark));
    const bool in_making = passage.flight.entry() != nullptr && !is_confirmed(passage.flight.entry());
    passage.entry_hangs = passage.entry_hangs || (passage.uncertain && in_making);
}

void Doubts::by_flow(Passage& passage, Hook hook) const {
    const Verdict& verdict = passage.flight.verdict();
    if (hanging_.empty() || !verdict.seen || verdict.info == CtInfo::untracked) return;
    const HangingFlows::What what = hanging_.of(passage.packet, is_confirmed(passage.flight.entry()));
    if (what.entry) {
        begin(passage, hook, what.since);
        passage.entry_hangs = true;
    }
    passage.mark_hangs = what.mark;
    passage.mark_since = what.since;
    // Whoever was announced by a flow that hangs hangs with it.
    const Entry* entry = passage.flight.entry();
    if (what.entry || entry == nullptr || entry->extension == nullptr || !entry->extension->master) return;
    if (const auto of_master = hanging_.of(entry->extension->master->original); of_master.entry) {
        begin(passage, hook, of_master.since);
        passage.entry_hangs = true;
    }
}

void Doubts::by_rivals(Passage& passage, Hook hook) const {
    const Entry* entry = passage.flight.entry();
    if (hanging_.empty() || entry == nullptr || is_confirmed(entry)) return;
    for (const Tuple& tuple : wanted_by(*entry)) {
        const HangingFlows::What what = hanging_.of(tuple);
        if (!what.entry) continue;
        begin(passage, hook, what.since);
        passage.entry_hangs = true;
    }
}

// --- what hangs behind it ------------------------------------------------------------------------------------------

/// May the packet come to such a target from where its way is uncertain on?
bool Doubts::may_come_to(const Passage& passage, const IsSuch& is_such) const {
    const rules::RuleSet* set = path_.rules_in_force(passage.packet.family);
    if (set == nullptr) return false;
    for (const TableId id : rules::all_tables)
        for (const Hook hook : all_hooks)
            if (may_follow(passage.uncertain_from, hook) && set->table(id) &&
                rules::may_reach(*set->table(id), hook, is_such))
                return true;
    return false;
}

/// Might the packet have changed an entry that was there before, had it gone another way? Tracking has seen it in any
/// case; but it may be answered, a REJECT may end the connection, and so may a turned masquerade.
bool Doubts::may_change_entry(const Passage& passage) const {
    const bool delivered = passage.route.kind == Route::Kind::local && path_.surroundings_.answers_as_host;
    if (path_.edition().stack.answers && (delivered || (passage.packet.tcp && may_come_to(passage, resets))))
        return true;
    const Entry* entry = passage.flight.entry();
    return entry != nullptr && passage.route.interface < path_.router().interfaces().size() &&
           path_.turned_to_another_interface(passage, *entry, Hook::postrouting);
}

void Doubts::leave_behind(const Passage& passage) {
    HangingFlows::What what{passage.entry_hangs, passage.mark_hangs, passage.uncertain_since};
    const Entry* entry = passage.flight.entry();
    if (passage.uncertain && entry != nullptr) {
        what.entry = what.entry || may_change_entry(passage);
        what.mark = what.mark || may_come_to(passage, sets_connmark);
    } else if (!passage.uncertain) {
        what.since = passage.mark_since;
    }
    if (entry != nullptr) {
        const HangingFlows::Flow flow = flow_of(passage, *entry);
        if (passage.mark_settled) hanging_.settle_mark(flow);
        keep(flow, entry, what);
    }
    // Where the entry is not there, a reply begins a flow of its own.
    const bool is_reply = passage.flight.verdict().dir == Direction::reply;
    if (!what.entry || (entry != nullptr && !is_reply)) return;
    if (const auto flow = flow_begun_by(passage)) keep(*flow, nullptr, {true, false, what.since});
}

void Doubts::keep(const HangingFlows::Flow& flow, const Entry* entry, const HangingFlows::What& what) {
    if (!what.entry && !what.mark) return;
    const Tuple& tuple = flow.original;
    const L4Tracker tracker = tracker_of(tuple.proto, tuple.family, tracker_.edition(), tracker_.modules());
    const std::uint32_t longest = longest_timeout(tracker, tuple.family, tracker_.edition(), tracker_.settings());
    const Time until = tracker_.now() + seconds(longest);
    hanging_.add(flow, what, entry != nullptr && entry->linked() ? std::max(until, entry->deadline) : until);
}

/// The flow of an entry. What NAT has not decided yet, or decided by a rule that hangs, may become something else; and
/// which port it chose hangs on who else was there.
HangingFlows::Flow Doubts::flow_of(const Passage& passage, const Entry& entry) const {
    const bool translates = path_.has_nat(entry.original.family);
    const bool hangs = passage.end_hangs[static_cast<std::size_t>(nat::Manip::dst)];
    const bool decided = is_confirmed(&entry) || (entry.nat != nullptr && entry.nat->decided(nat::Manip::dst));
    HangingFlows::Flow flow{entry.original, {entry.reply}, true, !translates};
    if (!translates || (!hangs && decided)) return flow;
    flow.sources_known = foretell(passage, entry.reply, !hangs, flow.replies);
    // Had no rule bound it, the answer would come from where the packet went.
    if (const auto plain = inverse(entry.original, tracker_.edition(), tracker_.modules()))
        flow.replies.push_back(*plain);
    return flow;
}

/// The flow that a packet would begin; nothing: it cannot.
std::optional<HangingFlows::Flow> Doubts::flow_begun_by(const Passage& passage) const {
    const auto tuple =
        passage.arrived ? tuple_of(*passage.arrived, tracker_.edition(), tracker_.modules()) : std::nullopt;
    const auto reply = tuple ? inverse(*tuple, tracker_.edition(), tracker_.modules()) : std::nullopt;
    if (!reply) return std::nullopt;
    const bool translates = path_.has_nat(tuple->family);
    HangingFlows::Flow flow{*tuple, {*reply}, true, !translates};
    if (translates) flow.sources_known = foretell(passage, *reply, true, flow.replies);
    return flow;
}

/// From where replies may come if NAT is asked about the packet's destination: adds such tuples. `surely`: by what the
/// rules say of this packet; else by any of them. False: there may be others.
bool Doubts::foretell(const Passage& passage, const Tuple& reply, bool surely, std::vector<Tuple>& replies) const {
    const rules::RuleSet* set = path_.rules_in_force(reply.family);
    if (set == nullptr || !set->table(TableId::nat) || !passage.arrived) return true;
    const Hook hook = passage.in.empty() ? Hook::output : Hook::prerouting;
    bool all = true;
    const auto add = [&](const rules::Target& target) {
        const auto* nat = std::get_if<rules::NatTarget>(&target);
        if (nat == nullptr) return false;
        const NatRange& range = nat->range;
        all = all && range.map_ips && range.min == range.max && range.port_min == range.port_max;
        Tuple translated = reply;
        translated.src = range.min;
        if (range.proto_specified && !reply.is_icmp()) translated.src_part = range.port_min;
        replies.push_back(translated);
        return false;
    };
    rules::FlowView view;
    view.original = *tuple_of(*passage.arrived, tracker_.edition(), tracker_.modules());
    view.reply = reply;
    rules::Subject subject{.packet = *passage.arrived, .edition = tracker_.edition()};
    subject.in = passage.in;
    subject.mark = passage.mark;
    subject.info = CtInfo::new_;
    subject.flow = &view;
    const rules::Decision decision = rules::run(*set, TableId::nat, hook, subject);
    if (!surely || decision.uncertain)
        (void)rules::may_reach(*set->table(TableId::nat), hook, add);
    else if (decision.kind == rules::Decision::Kind::nat)
        add(decision.rule->target);
    return all;
}

}  // namespace conntrack

#include "spec/rules/run.hpp"

#include "spec/rules/matching.hpp"

namespace conntrack::rules {

namespace {

/// What the matches of a rule came to.
struct RuleAnswer {
    Answer answer = Answer::yes;
    bool uncertain = false;  // every match that can be trusted took the packet, and another one decided
};

/// Does the answer of a match say nothing but what was assumed? It is not known, or asks for a mark that hangs on such
/// a match.
bool is_assumed(const Match& match, const Subject& subject) {
    if (std::holds_alternative<UnknownMatch>(match)) return true;
    const auto* mark = std::get_if<MarkMatch>(&match);
    return mark != nullptr && mark->of == MarkMatch::Of::entry && subject.connmark_hangs;
}

RuleAnswer ask(const Rule& rule, const Subject& subject) {
    bool unknown = false, denied = false;
    for (const Match& match : rule.matches) {
        const Answer answer = takes(match, subject);
        if (is_assumed(match, subject)) {
            unknown = true;
            denied = denied || answer == Answer::no;
            continue;
        }
        if (answer == Answer::no) return {Answer::no, false};
        if (answer == Answer::cut && !denied) return {Answer::cut, unknown};
    }
    return {denied ? Answer::no : Answer::yes, unknown};
}

/// Does it matter to the packet whether such a target was reached?
bool matters(const Target& target) {
    return !std::holds_alternative<NoTarget>(target) && !std::holds_alternative<LogTarget>(target);
}

/// The way of one packet through one table. Source: ipt_do_table().
class Run {
  public:
    Run(const Table& table, Hook hook, Subject& subject) : table_(table), subject_(subject) {
        base_ = chain_ = table.built_in(hook);
    }

    Decision decide() {
        if (base_ == nullptr) return {};
        while (!decided_) {
            if (at_ == chain_->rules.size())
                end_of_chain();
            else
                look_at(chain_->rules[at_++]);
        }
        return decision_;
    }

  private:
    /// A place to return to.
    struct Frame {
        const Chain* chain = nullptr;
        std::size_t at = 0;
    };

    void look_at(const Rule& rule) {
        const RuleAnswer got = ask(rule, subject_);
        if (got.answer == Answer::no && !got.uncertain) return;
        subject_.effects.steps.push_back({&rule, chain_, got.answer == Answer::yes, got.uncertain});
        if (got.uncertain && (matters(rule.target) || got.answer == Answer::cut)) decision_.uncertain = true;
        if (got.answer == Answer::cut) {
            decide_by(rule, Decision::Kind::drop);
            decision_.header_cut = true;
        } else if (got.answer == Answer::yes) {
            count(rule.number);
            std::visit([&](const auto& target) { apply(rule, target); }, rule.target);
        }
    }

    void count(std::uint32_t number) {
        if (subject_.counters != nullptr) subject_.counters->add(number, subject_.packet.length);
    }

    void decide_by(const Rule& rule, Decision::Kind kind) {
        decision_.kind = kind;
        decision_.rule = &rule;
        decision_.chain = chain_;
        decided_ = true;
    }

    /// Back to the last jump; without one, the policy decides.
    void end_of_chain() {
        if (!stack_.empty()) {
            chain_ = stack_.back().chain;
            at_ = stack_.back().at;
            stack_.pop_back();
            return;
        }
        count(base_->number);
        decision_.kind = base_->drops ? Decision::Kind::drop : Decision::Kind::accept;
        decision_.chain = base_;
        decided_ = true;
    }

    void apply(const Rule&, const NoTarget&) {}
    void apply(const Rule& rule, const Accept&) { decide_by(rule, Decision::Kind::accept); }
    void apply(const Rule& rule, const Drop&) { decide_by(rule, Decision::Kind::drop); }
    void apply(const Rule&, const Return&) { end_of_chain(); }

    void apply(const Rule&, const Jump& jump) {
        if (!jump.is_goto) stack_.push_back({chain_, at_});
        chain_ = &table_.chains[jump.chain];
        at_ = 0;
    }

    void apply(const Rule& rule, const NatTarget& target) {
        decide_by(rule, Decision::Kind::nat);
        decision_.nat = &target;
    }

    void apply(const Rule& rule, const RejectTarget& target) {
        decide_by(rule, Decision::Kind::reject);
        decision_.reject = &target;
    }

    void apply(const Rule& rule, const LogTarget& target) { subject_.effects.logs.push_back({&rule, &target}); }

    // Source: xt_ct_target() of xt_CT.c, target() of ipt_NOTRACK.c: who carries anything already is left alone.
    void apply(const Rule& rule, const CtTarget& target) {
        const bool carries = subject_.flow != nullptr || subject_.carries_template || subject_.info != CtInfo::invalid;
        if (carries) return;
        subject_.effects.ct = &target;
        subject_.effects.ct_rule = &rule;
        subject_.info = target.notrack ? CtInfo::untracked : CtInfo::new_;
        subject_.carries_template = !target.notrack;
    }

    void apply(const Rule&, const MarkTarget& target) { set_mark((subject_.mark & ~target.mask) ^ target.value); }

    // Source: connmark_tg() of xt_connmark.c: without an entry nothing happens.
    void apply(const Rule&, const ConnmarkTarget& target) {
        FlowView* entry = subject_.flow;
        if (entry == nullptr) return;
        if (target.mode == ConnmarkTarget::Mode::restore)
            decision_.uncertain = decision_.uncertain || subject_.connmark_hangs;
        else if (target.ct_mask == 0xffff'ffff && !decision_.uncertain)
            settle_connmark();
        switch (target.mode) {
            case ConnmarkTarget::Mode::set: set_connmark((entry->mark & ~target.ct_mask) ^ target.value); break;
            case ConnmarkTarget::Mode::save:
                set_connmark((entry->mark & ~target.ct_mask) ^ (subject_.mark & target.nf_mask));
                break;
            case ConnmarkTarget::Mode::restore:
                set_mark((subject_.mark & ~target.nf_mask) ^ (entry->mark & target.ct_mask));
                break;
        }
    }

    void set_mark(std::uint32_t mark) {
        subject_.effects.mark_changed = subject_.effects.mark_changed || subject_.mark != mark;
        subject_.mark = mark;
    }
    void set_connmark(std::uint32_t mark) {
        subject_.effects.connmark_changed = subject_.effects.connmark_changed || subject_.flow->mark != mark;
        subject_.flow->mark = mark;
    }
    void settle_connmark() {
        subject_.connmark_hangs = false;
        subject_.effects.connmark_settled = true;
    }

    const Table& table_;
    Subject& subject_;
    const Chain* base_;
    const Chain* chain_;
    std::size_t at_ = 0;
    std::vector<Frame> stack_;
    Decision decision_;
    bool decided_ = false;
};

}  // namespace

Decision run(const RuleSet& rules, TableId table, Hook hook, Subject& subject) {
    const std::optional<Table>& found = rules.table(table);
    if (!found) return {};
    return Run(*found, hook, subject).decide();
}

bool may_reach(const Table& table, Hook hook, const std::function<bool(const Target&)>& is_such) {
    const Chain* base = table.built_in(hook);
    if (base == nullptr) return false;
    std::vector<const Chain*> to_visit{base};
    std::vector<bool> seen(table.chains.size(), false);
    while (!to_visit.empty()) {
        const Chain* chain = to_visit.back();
        to_visit.pop_back();
        for (const Rule& rule : chain->rules) {
            if (is_such(rule.target)) return true;
            const auto* jump = std::get_if<Jump>(&rule.target);
            if (jump == nullptr || seen[jump->chain]) continue;
            seen[jump->chain] = true;
            to_visit.push_back(&table.chains[jump->chain]);
        }
    }
    return false;
}

}  // namespace conntrack::rules

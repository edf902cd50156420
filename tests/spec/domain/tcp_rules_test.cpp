// The TCP rules say the same in the domain Tree as in Concrete: they choose with select(), never by a branch.
#include "spec/invariants/tcp_closer_is_known.hpp"
#include "spec/invariants/tcp_fields_fit.hpp"
#include "spec/invariants/tcp_handshake_was_answered.hpp"
#include "spec/invariants/tcp_opener_is_seen.hpp"
#include "spec/invariants/tcp_scale_was_offered.hpp"
#include "spec/invariants/tcp_state_is_known.hpp"
#include "spec/tcp/guards.hpp"
#include "tests/spec/domain/same_in_both.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/random_step.hpp"
#include "tests/support/tcp_fields.hpp"

namespace conntrack::testing {

namespace {

constexpr unsigned rounds = 40;  // assignments a situation; there are 120 situations an edition

/// Runs `rule(judged, report)` in every situation of an edition.
template <class Rule>
void expect_same_for_judged(EditionId id, Rule rule) {
    RandomValues random(11);
    bool same = true;
    each_situation(id, [&](const Situation& about) {
        if (!same) return;
        const auto in_domain = [&]<class D>(DomainTag<D>, auto& source, auto report) {
            const auto settings = settings_from<D>(source);
            const auto step = step_from<D>(source, about, settings);
            rule(tcp::judge<D>(step), report);
        };
        same = same_in_both_domains(
            in_domain, random, rounds,
            std::string(tcp::name(about.cls)) + " in " + std::string(tcp::name(about.old, edition(id))));
    });
    EXPECT_TRUE(same);
}

template <class D>
void report_fields(const tcp::Outcome<D>& outcome, auto report) {
    each_field<D>(outcome, report);
}

}  // namespace

using DomainTcp = EveryEdition;
CTORACLE_EVERY_EDITION(DomainTcp);

TEST_P(DomainTcp, WindowCheck) {
    expect_same_for_judged(GetParam(), []<class D>(const tcp::Judged<D>& j, auto report) {
        each_field<D>(j.window, report);
        each_field<D>(tcp::check_window<D>(j.step), report);
    });
}

TEST_P(DomainTcp, Guards) {
    expect_same_for_judged(GetParam(), []<class D>(const tcp::Judged<D>& j, auto report) {
        report("pickup_allowed", tcp::pickup_allowed<D>(j.step));
        report("may_reopen", tcp::may_reopen<D>(j.step));
        report("answers_let_through_syn", tcp::answers_let_through_syn<D>(j.step));
        report("reset_of_let_through", tcp::reset_of_let_through<D>(j.step));
        report("reset_below_maxack", tcp::reset_below_maxack<D>(j.step));
        report("reset_inexact", tcp::reset_inexact<D>(j.step));
        report("reset_skips_window", tcp::reset_skips_window<D>(j.step));
        report("answers_challenged_syn", tcp::answers_challenged_syn<D>(j.step));
        report("opened_simultaneously", tcp::opened_simultaneously<D>(j.step));
        report("established", j.step.established());
    });
}

TEST_P(DomainTcp, PacketsThatAdvance) {
    expect_same_for_judged(GetParam(), []<class D>(const tcp::Judged<D>& j, auto report) {
        using tcp::State;
        for (const State to : {State::syn_sent, State::syn_recv, State::established, State::fin_wait, State::close}) {
            report_fields<D>(tcp::advance_checked<D>(j, to), report);
            report_fields<D>(tcp::advance_trimmed<D>(j, to), report);
            report_fields<D>(tcp::advance_unchecked<D>(j, to, Clause::tcp_rst_skips_window), report);
        }
    });
}

TEST_P(DomainTcp, PacketsThatDoNot) {
    expect_same_for_judged(GetParam(), []<class D>(const tcp::Judged<D>& j, auto report) {
        report_fields<D>(tcp::reject<D>(j), report);
        report_fields<D>(tcp::reject<D>(tcp::crossing<D>(j)), report);
        report_fields<D>(tcp::refuse<D>(j.step, Clause::tcp_table_invalid), report);
        report_fields<D>(tcp::record_ignored<D>(j.step, Clause::tcp_ignored), report);
        report_fields<D>(tcp::reopen<D>(j.step), report);
        report_fields<D>(tcp::give_up<D>(j.step), report);
        report_fields<D>(tcp::pass_challenge_ack<D>(j.step), report);
    });
}

TEST_P(DomainTcp, Resynchronisation) {
    expect_same_for_judged(GetParam(), []<class D>(const tcp::Judged<D>& j, auto report) {
        const auto again = tcp::resynchronised<D>(j.step);
        each_field<D>(again.window, report);
        report_fields<D>(tcp::advance_checked<D>(again, tcp::State::syn_recv), report);
    });
}

TEST_P(DomainTcp, Invariants) {
    expect_same_for_judged(GetParam(), []<class D>(const tcp::Judged<D>& j, auto report) {
        namespace inv = invariant;
        const inv::TcpView<D> view{j.step.edition, j.step.old, j.step.connection, j.step.seen_reply, j.step.assured};
        report("tcp_closer_is_known", inv::tcp_closer_is_known<D>(view));
        report("tcp_fields_fit", inv::tcp_fields_fit<D>(view));
        report("tcp_handshake_was_answered", inv::tcp_handshake_was_answered<D>(view));
        report("tcp_opener_is_seen", inv::tcp_opener_is_seen<D>(view));
        report("tcp_scale_was_offered", inv::tcp_scale_was_offered<D>(view));
        report("tcp_state_is_known", inv::tcp_state_is_known<D>(view));
    });
}

}  // namespace conntrack::testing

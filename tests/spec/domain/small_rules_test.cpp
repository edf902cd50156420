// The rules outside TCP say the same in the domain Tree as in Concrete; and the comparison itself notices a rule that
// does not.
#include "spec/announcement.hpp"
#include "spec/flow.hpp"
#include "spec/full_table.hpp"
#include "spec/icmp_count.hpp"
#include "spec/life.hpp"
#include "spec/timer.hpp"
#include "tests/spec/domain/same_in_both.hpp"
#include "tests/support/editions.hpp"

#include <gtest/gtest-spi.h>

namespace conntrack::testing {

namespace {

constexpr unsigned rounds = 500;

template <class D>
void report_outcome(const flow::Outcome<D>& o, auto report) {
    report("reason", o.reason);
    report("refresh", o.refresh);
    report("timeout", o.timeout);
    report("reply_seen", o.reply_seen);
    report("assured", o.assured);
}

template <class D>
void report_outcome(const icmp::CountOutcome<D>& o, auto report) {
    report("outstanding", o.outstanding);
    report("reason", o.reason);
    report("refresh", o.refresh);
    report("timeout", o.timeout);
    report("erase", o.erase);
}

}  // namespace

using DomainSmall = EveryEdition;
CTORACLE_EVERY_EDITION(DomainSmall);

TEST_P(DomainSmall, Flow) {
    RandomValues random(12);
    for (const auto kind : {flow::Kind::udp, flow::Kind::udplite, flow::Kind::icmp, flow::Kind::generic,
                            flow::Kind::gre, flow::Kind::own_states}) {
        const auto rule = [&]<class D>(DomainTag<D>, auto& source, auto report) {
            const flow::Step<D> step{&tested(), kind, source.seconds(), source.seconds(), source.time(), source.bit()};
            report("is_stream", flow::is_stream<D>(step));
            report_outcome<D>(flow::unanswered<D>(step), report);
            report_outcome<D>(flow::first_answer<D>(step), report);
            report_outcome<D>(flow::answered<D>(step), report);
            report_outcome<D>(flow::becomes_stream<D>(step), report);
            report_outcome<D>(flow::stream<D>(step), report);
        };
        EXPECT_TRUE(same_in_both_domains(rule, random, rounds, "flow"));
    }
}

TEST_P(DomainSmall, FullTable) {
    RandomValues random(17);
    const auto rule = [&]<class D>(DomainTag<D>, auto& source, auto report) {
        const auto existing = source.seconds(), limit = source.seconds();
        const full_table::Candidate<D> candidate{source.bit(), source.bit()};
        report("is_full", full_table::is_full<D>(existing, limit));
        report("is_admitted", full_table::is_admitted<D>(existing, limit, source.bit()));
        report("may_be_dropped_early", full_table::may_be_dropped_early<D>(candidate));
        report("collector_drops_early", full_table::collector_drops_early<D>(existing, limit));
        report("collector_may_take", full_table::collector_may_take<D>(candidate, source.bit()));
    };
    EXPECT_TRUE(same_in_both_domains(rule, random, rounds, "full_table"));
}

TEST(DomainSmallest, ClashesAndAnnouncements) {
    RandomValues random(18);
    for (const bool may_clash : {false, true}) {
        const auto rule = [&]<class D>(DomainTag<D>, auto& source, auto report) {
            auto original_taken = source.bit();
            auto reply_taken = source.bit();
            auto winner = source.bit();
            const auto way = clash::entrance<D>({may_clash, original_taken, reply_taken, winner, source.bit()});
            for (const auto& bit : {way.by_original, way.by_reply, way.to_winner, way.to_holder, way.dropped})
                report("entrance", bit);
            const auto key = [&] {
                auto src = source.address();
                auto dst = source.address();
                auto part = source.below(2);
                return TupleKey<D>{{{src, part}, {dst, source.below(2)}}, source.below(2), source.below(2)};
            };
            const auto a = key(), b = key(), c = key(), d = key();
            report("one flow", clash::are_one_flow<D>(a, b, c, d));
            auto listed = source.bit();
            report("share", clash::share_a_tuple<D>({a, b, listed, D::bit(true)}, {c, d, winner, reply_taken}));
            const auto gathered = source.bits(0x3ff);
            report("noted", announcement::noted<D>(gathered, EventBit::reply, listed));
            const auto expected = source.bit();
            report("entered", announcement::entered<D>(gathered, way, {expected, source.bit()}, listed));
            const auto told = announcement::at_confirm_hook<D>(gathered, listed);
            report("told", told.mask);
            report("gathered", told.gathered);
            report("destroyed", announcement::at_deletion<D>(listed).mask);
        };
        EXPECT_TRUE(same_in_both_domains(rule, random, rounds, "clashes and announcements"));
    }
}

TEST_P(DomainSmall, Timer) {
    RandomValues random(13);
    const auto rule = [&]<class D>(DomainTag<D>, auto& source, auto report) {
        const auto deadline = source.time();
        const auto now = source.time();
        const auto timeout = source.seconds();
        report("refreshed", refreshed_deadline<D>(tested(), deadline, now, timeout, source.bit()));
        report("shrunk", shrunk_deadline<D>(deadline, now, timeout));
    };
    EXPECT_TRUE(same_in_both_domains(rule, random, rounds, "timer"));
}

TEST(DomainSmallest, RequestCount) {
    RandomValues random(14);
    const auto rule = []<class D>(DomainTag<D>, auto& source, auto report) {
        const icmp::CountStep<D> step{source.below(3), source.seconds()};
        report("balances", icmp::balances<D>(step));
        report_outcome<D>(icmp::request<D>(step), report);
        report_outcome<D>(icmp::reply<D>(step), report);
        report_outcome<D>(icmp::last_reply<D>(step), report);
    };
    EXPECT_TRUE(same_in_both_domains(rule, random, rounds, "request count"));
}

TEST(DomainSmallest, Life) {
    RandomValues random(15);
    const auto rule = []<class D>(DomainTag<D>, auto& source, auto report) {
        const life::Step<D> step{source.below(3)};
        report("last_reference", life::last_reference<D>(step));
        report("taken", life::taken<D>(step));
        report("dropped", life::dropped<D>(step));
    };
    EXPECT_TRUE(same_in_both_domains(rule, random, rounds, "life"));
}

TEST(DomainSmallest, WordsAndTimes) {
    RandomValues random(16);
    const auto rule = []<class D>(DomainTag<D>, auto& source, auto report) {
        const auto a = source.sequence();
        const auto b = source.sequence();
        report("before", D::before(a, b));
        report("after", D::after(a, b));
        report("below", D::below(a, b));
        report("larger", larger<D>(a, b));
        report("shift_left", D::shift_left(a, source.below(40)));
        const auto t = D::seconds(source.seconds());
        report("seconds", t);
        report("earlier", D::earlier(t, D::time(60'000'000'000)));
    };
    EXPECT_TRUE(same_in_both_domains(rule, random, rounds, "words"));
}

TEST(DomainSmallest, ARuleThatDependsOnItsDomainIsNoticed) {
    const auto wrong = []<class D>(DomainTag<D>, auto& source, auto report) {
        const auto a = source.sequence();
        const auto b = source.sequence();
        report("ordered", std::is_same_v<D, Tree> ? D::below(a, b) : D::before(a, b));
    };
    bool same = true;
    const auto compare = [&] {
        RandomValues random(17);
        same = same_in_both_domains(wrong, random, rounds, "a wrong rule");
    };
    EXPECT_NONFATAL_FAILURE(compare(), "a wrong rule, ordered");
    EXPECT_FALSE(same);
}

}  // namespace conntrack::testing

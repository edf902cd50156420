// The fast tracker is the model: whatever packets come, in whatever order and time, both say the same.
#include "tests/impl/lock_step.hpp"
#include "spec/clause_table.hpp"
#include "tests/impl/move_maker.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/property.hpp"

namespace conntrack::testing {

namespace {

constexpr std::size_t longest = 1500;

void expect_equal(EditionId id, LockStep::Options options) {
    expect_property([&] {
        options.buckets = *rc::gen::element(1U, 2U, 7U, 16U, 1024U);
        LockStep both(id, options);
        const std::string wrong = both.play(*long_moves(longest));
        if (!wrong.empty()) RC_FAIL(wrong);
    });
}

}  // namespace

using FastTracker = EveryEdition;
CTORACLE_EVERY_EDITION(FastTracker);

TEST_P(FastTracker, IsTheModelPacketByPacket) { expect_equal(GetParam(), {}); }

TEST_P(FastTracker, IsTheModelInBatches) { expect_equal(GetParam(), {.batch = 40}); }

TEST_P(FastTracker, IsTheModelWhenItExpiresLittleByLittle) {
    expect_equal(GetParam(), {.expired_at_once = 1, .batch = 3});
}

TEST_P(FastTracker, IsTheModelWithModules) {
    expect_equal(GetParam(), {.modules = {.udplite = true, .sctp = true, .gre = true}, .later_notifier = true});
}

/// What only the trackers of SCTP and GRE decide. Packets that are malformed beyond their chunks come in captures
/// alone.
TEST_P(FastTracker, IsComparedInEveryClauseOfSctpAndGre) {
    const Modules all{.udplite = true, .sctp = true, .gre = true};
    std::set<Clause> met;
    for (std::uint64_t seed = 0; seed < 150; ++seed) {
        LockStep both(GetParam(), {.modules = all, .buckets = 16});
        EXPECT_EQ(both.play(make_moves(seed, 2 * longest)), "");
        met.insert(both.clauses().begin(), both.clauses().end());
    }
    for (const ClauseInfo& clause : clause_table) {
        const bool is_meant = clause.name.starts_with("sctp.") || clause.name.starts_with("gre.");
        if (!is_meant || clause.name.starts_with("sctp.header") || !clause.exists_in(GetParam())) continue;
        EXPECT_EQ(met.count(clause.clause), 1U) << clause.name << " is never met";
    }
}

/// The sessions are worth something: the smallest difference is found.
TEST_P(FastTracker, IsToldFromATrackerWithOneSettingMoreByOne) {
    for (const Setting setting : {Setting::tcp_max_retrans, Setting::udp_timeout, Setting::tcp_timeout_close}) {
        std::string wrong;
        for (std::uint64_t seed = 0; seed < 50 && wrong.empty(); ++seed) {
            LockStep both(GetParam(), {});
            both.fast().configure(setting, both.fast().settings()[setting] + 1);
            wrong = both.play(make_moves(seed, longest));
        }
        EXPECT_NE(wrong, "") << info(setting).name;
    }
}

/// They meet every decision that tracking can make of a well-formed packet without rules.
TEST_P(FastTracker, IsComparedInEveryClause) {
    std::set<Clause> met;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        LockStep both(GetParam(), {.buckets = 4});
        EXPECT_EQ(both.play(make_moves(seed, 2 * longest)), "");
        met.insert(both.clauses().begin(), both.clauses().end());
    }
    for (const ClauseInfo& clause : clause_table) {
        const bool is_expected = clause.exists_in(GetParam()) && !is_beyond_sessions(clause.name);
        EXPECT_TRUE(!is_expected || met.count(clause.clause) != 0) << clause.name << " is never met";
    }
}

}  // namespace conntrack::testing

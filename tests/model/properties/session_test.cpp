// Whatever packets come, in whatever order and time: the invariants hold after every move, and observers hear of each
// entry in order.
#include "tests/model/properties/session.hpp"
#include "spec/clause_table.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/property.hpp"

namespace conntrack::testing {

namespace {

constexpr int times = 10;  // 1000 sessions of up to 250 moves

void expect_sound_sessions(EditionId id, Tracker::Options options) {
    expect_property(
        [&] {
            Session session(edition(id), options);
            const std::string wrong = session.play(*moves());
            if (!wrong.empty()) RC_FAIL(wrong);
        },
        times);
}

}  // namespace

using Sessions = EveryEdition;
CTORACLE_EVERY_EDITION(Sessions);

TEST_P(Sessions, KeepEveryInvariant) { expect_sound_sessions(GetParam(), {}); }

TEST_P(Sessions, KeepThemWithModules) {
    expect_sound_sessions(GetParam(), {.modules = {.udplite = true, .sctp = true, .gre = true}});
}

TEST_P(Sessions, KeepThemWithTheLaterNotifier) {
    expect_sound_sessions(GetParam(), {.modules = {}, .later_notifier = true});
}

/// The sessions are worth something: they meet every decision that tracking can make of a well-formed packet.
TEST_P(Sessions, MeetEveryClause) {
    constexpr unsigned sessions = 600, full_size = 100;
    std::set<Clause> met;
    for (unsigned n = 0; n < sessions; ++n) {
        Session session(tested(), {});
        EXPECT_EQ(session.play(moves()(rc::Random(n), full_size).value()), "");
        met.insert(session.clauses().begin(), session.clauses().end());
    }
    for (const ClauseInfo& clause : clause_table) {
        const bool is_met = met.count(clause.clause) != 0;
        EXPECT_TRUE(clause.exists_in(GetParam()) || !is_met) << clause.name << " is met, but not of this edition";
        EXPECT_TRUE(!clause.exists_in(GetParam()) || is_met || is_beyond_sessions(clause.name))
            << clause.name << " is never met";
    }
}

}  // namespace conntrack::testing

// Whatever rules, packets, addresses and times come in whatever order: translation keeps every invariant.
#include "tests/model/path/session.hpp"

#include "oracle/play/player.hpp"
#include "oracle/record/scenario_json.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/property.hpp"
#include "tests/support/sanitized.hpp"

namespace conntrack::testing {

using PathSessions = EveryEdition;
CTORACLE_EVERY_EDITION(PathSessions);

TEST_P(PathSessions, KeepEveryInvariant) {
    constexpr int times = 10;  // 1000 sessions of up to 150 moves
    expect_property(
        [&] {
            PathSession session(tested());
            const std::string wrong = session.play(*path_moves());
            if (!wrong.empty()) RC_FAIL(wrong);
        },
        times);
}

/// What a failure prints can be played.
TEST_P(PathSessions, ReplayAsScenarios) {
    constexpr unsigned sessions = 20, full_size = 100;
    for (unsigned n = 0; n < sessions; ++n) {
        PathSession session(tested());
        ASSERT_EQ(session.play(path_moves()(rc::Random(n), full_size).value()), "");
        const oracle::Json json = oracle::Json::parse(session.scenario().dump());
        const oracle::Fields fields(json, {.file = "session"}, "");
        oracle::Scenario scenario = oracle::read_header(fields);
        oracle::Player player(scenario, GetParam());
        Time last = 0;
        for (std::size_t i = 0; i < json.at("steps").size(); ++i) {
            const oracle::Step step = oracle::read_step(fields.element("steps", i), last);
            last = step.at;
            const auto result = player.play(step);
            const auto& out = session.came_out().at(i);
            const bool emerged = result.json.contains("verdict") && result.json["verdict"].value("emerged", false);
            EXPECT_EQ(emerged, !out.empty()) << "session " << n << ", step " << i << ": " << result.json.dump();
        }
    }
}

/// The sessions are worth something: they meet what the invariants are about.
TEST_P(PathSessions, MeetWhatTheyAreAbout) {
    constexpr unsigned sessions = sanitized ? 150 : 1500, full_size = 100;
    std::map<std::string, std::size_t> met;
    for (unsigned n = 0; n < sessions; ++n) {
        PathSession session(tested());
        const std::string wrong = session.play(path_moves()(rc::Random(n), full_size).value());
        ASSERT_TRUE(wrong.empty()) << wrong;
        for (const auto& [what, count] : session.met()) met[what] += count;
    }
    if (sanitized) return;
    for (const auto& [what, count] : met) std::printf("%-60s %zu\n", what.c_str(), count);
    for (const char* what : {"went its way", "translated", "translated back", "translated error", "without an entry",
                             "bound twice", "reassembled", "dropped by a rule",
                             "its tuple is taken by an entry confirmed meanwhile", "NAT: the interface has no address"})
        EXPECT_GT(met[what], 10U) << what;
    const bool newest = is(EditionId::linux_6_18);
    EXPECT_EQ(met["clash by reply only"] > 0, newest);
    EXPECT_EQ(met["clash merged"] > 0, newest);
    EXPECT_EQ(met["IPv6"] > 10, newest);
    EXPECT_EQ(met["forgotten binding"] > 0, tested().nat.forgets_when_unloaded);
    EXPECT_EQ(met["NAT: no free tuple"] > 0, tested().nat.failed_search_drops);
    EXPECT_EQ(met["NAT: the masqueraded flow turned to another interface"] > 0, tested().nat.checks_out_interface);
}

}  // namespace conntrack::testing

// Whatever rules, packets, addresses, fillers and times come in whatever order: behind one router, the model and the
// fast tracker say the same.
#include "tests/impl/path_lock_step.hpp"

#include "oracle/record/step_json.hpp"
#include "oracle/traffic/traffic.hpp"
#include "tests/model/path/session.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/property.hpp"
#include "tests/support/sanitized.hpp"

#include <cstdio>
#include <map>
#include <string>

namespace conntrack::testing {

using PathLockStep = EveryEdition;
CTORACLE_EVERY_EDITION(PathLockStep);

namespace {

/// What a session plays, whether or not invariants hold: that is for others to say.
oracle::Json session_of(const Edition& edition, const std::vector<PathMove>& moves) {
    PathSession session(edition);
    static_cast<void>(session.play(moves));
    return session.scenario();
}

}  // namespace

TEST_P(PathLockStep, SaysTheSame) {
    constexpr int times = 3;  // 300 sessions of up to 150 moves
    expect_property(
        [&] {
            const auto wrong = path_difference(session_of(tested(), *path_moves()), GetParam());
            if (!wrong.empty()) RC_FAIL(wrong);
        },
        times);
}

TEST_P(PathLockStep, SaysTheSameOfAFullTable) {
    constexpr int times = 2;
    expect_property(
        [&] {
            const auto scenario = session_of(tested(), *path_moves());
            const auto wrong = path_difference(
                with_fillers(scenario, *rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>())), GetParam());
            if (!wrong.empty()) RC_FAIL(wrong);
        },
        times);
}

/// Control connections, what they announce, and the connections that were announced.
TEST_P(PathLockStep, SaysTheSameOfWhatIsExpected) {
    constexpr std::uint64_t sessions = sanitized ? 20 : 300;
    std::map<std::string, std::size_t> met;
    const auto note = [&](const oracle::Json& line) {
        if (line.contains("clause")) ++met[line.at("clause").get<std::string>()];
        if (line.contains("expect") && !line.at("expect").empty()) ++met["expected"];
        for (const auto& entry : line.at("table"))
            for (const auto& bit : entry.at("status")) ++met[bit.get<std::string>()];
    };
    for (std::uint64_t seed = 1; seed <= sessions; ++seed) {
        const auto made =
            oracle::traffic::make_traffic(seed, {.profile = oracle::traffic::Profile::ftp, .edition = GetParam()});
        oracle::Json json = made.scenario.json;
        json["steps"] = oracle::Json::array();
        for (const oracle::Step& step : made.scenario.steps) json["steps"].push_back(oracle::step_json(step));
        ASSERT_EQ(path_difference(json, GetParam(), note), "");
        ASSERT_EQ(path_difference(with_fillers(json, seed), GetParam()), "");
    }
    if (sanitized) return;  // too few to say what they met
    for (const auto& [what, count] : met) std::printf("%-40s %zu\n", what.c_str(), count);
    for (const char* what : {"expected", "EXPECTED", "helper.incomplete"}) EXPECT_GT(met[what], 0U) << what;
    for (const char* what : {"helper.refused", "SEQ_ADJUST"})
        EXPECT_EQ(met[what] > 0, !is(EditionId::linux_2_6_9)) << what;
    EXPECT_EQ(met["HELPER"] > 0, is(EditionId::linux_6_18));
}

/// The sessions are worth something: they meet what NAT, zones and a full table are about.
TEST_P(PathLockStep, MeetsWhatItIsAbout) {
    constexpr unsigned sessions = sanitized ? 30 : 200, full_size = 100;
    std::map<std::string, std::size_t> met;
    const auto note = [&](const oracle::Json& line) {
        if (line.contains("clause")) ++met[line.at("clause").get<std::string>()];
        if (line.contains("verdict") && line.at("verdict").contains("local")) ++met["answer"];
        for (const char* list : {"events", "pre_events"})
            for (const auto& event : line.value(list, oracle::Json::array()))
                ++met[event.at("type").get<std::string>()];
        for (const auto& entry : line.at("table")) {
            for (const auto& bit : entry.at("status")) ++met[bit.get<std::string>()];
            for (const char* key : {"manips", "zone", "mark"})
                if (entry.contains(key) && entry.at(key) != 0) ++met[key];
            if (entry.at("orig").contains("zone") || entry.at("reply").contains("zone")) ++met["zone of a direction"];
        }
    };
    for (unsigned n = 0; n < sessions; ++n) {
        const auto scenario = session_of(tested(), path_moves()(rc::Random(n), full_size).value());
        ASSERT_EQ(path_difference(with_fillers(scenario, n), GetParam(), note), "");
    }
    if (sanitized) return;  // too few to say what they met
    for (const auto& [what, count] : met) std::printf("%-40s %zu\n", what.c_str(), count);
    const bool newest = is(EditionId::linux_6_18), oldest = is(EditionId::linux_2_6_9);
    for (const char* what :
         {"core.table_full", "core.confirm_clash", "core.notrack", "icmp.error.related", "flow.unreplied"})
        EXPECT_GT(met[what], 0U) << what;
    for (const char* what : {"zone", "zone of a direction", "mark", "answer"}) EXPECT_EQ(met[what] > 0, newest) << what;
    EXPECT_EQ(met["manips"] > 0, oldest);
    for (const char* what : {"SRC_NAT", "DST_NAT", "DESTROY"}) EXPECT_EQ(met[what] > 0, !oldest) << what;
    EXPECT_GT(met["DESTROY_FILLERS"] + (oldest ? 1 : 0), 0U);
}

}  // namespace conntrack::testing

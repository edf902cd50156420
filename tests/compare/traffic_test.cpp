// Random scenarios: one number makes one scenario, which stands for itself as a file and gets somewhere.
#include "oracle/traffic/traffic.hpp"
#include "oracle/compare/explanation.hpp"
#include "oracle/play/player.hpp"
#include "spec/clause_table.hpp"
#include "spec/tuple_of.hpp"
#include "tests/oracle/test_files.hpp"

#include <gtest/gtest.h>
#include <map>
#include <set>

namespace conntrack::oracle {

namespace {

using traffic::Profile;

constexpr std::array profiles = {Profile::tcp,   Profile::udp,     Profile::icmp, Profile::nat,
                                 Profile::mixed, Profile::hostile, Profile::sctp, Profile::gre};

class EveryProfile : public ::testing::TestWithParam<Profile> {};

TEST_P(EveryProfile, TheSameNumberMakesTheSameScenario) {
    const traffic::TrafficOptions options{.profile = GetParam()};
    for (std::uint64_t seed = 0; seed < 10; ++seed)
        EXPECT_EQ(scenario_text(traffic::make_traffic(seed, options).scenario),
                  scenario_text(traffic::make_traffic(seed, options).scenario));
    EXPECT_NE(scenario_text(traffic::make_traffic(1, options).scenario),
              scenario_text(traffic::make_traffic(2, options).scenario));
}

TEST_P(EveryProfile, AScenarioIsReadAsItWasWritten) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const Scenario made = traffic::make_traffic(seed, {.profile = GetParam()}).scenario;
        const test::TextFile file(scenario_text(made));
        const Scenario read = read_scenario(file.path());
        ASSERT_EQ(read.steps.size(), made.steps.size());
        for (std::size_t i = 0; i < made.steps.size(); ++i) {
            EXPECT_EQ(read.steps[i].at, made.steps[i].at);
            EXPECT_EQ(read.steps[i].action.index(), made.steps[i].action.index());
        }
        EXPECT_EQ(scenario_text(read), scenario_text(made));
    }
}

TEST_P(EveryProfile, NothingWaitsForThoseWhoseClockIsReal) {
    for (std::uint64_t seed = 0; seed < 10; ++seed)
        for (const Step& step :
             traffic::make_traffic(seed, {.profile = GetParam(), .waits = traffic::Waits::none}).scenario.steps)
            EXPECT_EQ(step.at, 0);
}

TEST_P(EveryProfile, WhatIsWaitedForTakesSeconds) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const Scenario made =
            traffic::make_traffic(seed, {.profile = GetParam(), .waits = traffic::Waits::seconds}).scenario;
        EXPECT_GT(made.steps.back().at, 0);
        EXPECT_LE(made.steps.back().at, seconds(12));
        std::size_t timeouts = 0;
        for (const auto& [name, value] : made.sysctl.values) {
            if (name.find("timeout") == std::string::npos) continue;
            ++timeouts;
            EXPECT_TRUE(value >= 1 && value <= 3) << name << " is " << value;
        }
        EXPECT_GT(timeouts, 20U);
    }
}

INSTANTIATE_TEST_SUITE_P(Profiles, EveryProfile, ::testing::ValuesIn(profiles),
                         [](const auto& info) { return std::string(traffic::name(info.param)); });

/// Clauses that `profile` meets in some hundred scenarios.
std::bitset<clause_count> met(Profile profile, EditionId edition) {
    std::bitset<clause_count> out;
    for (std::uint64_t seed = 1; seed <= 300; ++seed)
        out |= traffic::make_traffic(seed, {profile, edition, traffic::Waits::any}).clauses;
    return out;
}

/// Packets come just before and just after entries expire; entries that nobody touches are told of; and an answer to
/// what has expired opens a flow in the other direction.
TEST(Traffic, WaitsForTheEndsOfEntries) {
    std::size_t expired = 0, just_before = 0, just_after = 0, answers_that_are_new = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const Scenario made = traffic::make_traffic(seed, {.waits = traffic::Waits::seconds}).scenario;
        Player player(made, EditionId::linux_6_18);
        std::set<Tuple> gone;
        for (const Step& step : made.steps) {
            std::map<Tuple, Time> left;
            player.tracker().each_linked([&](const Entry& e) { left.emplace(e.original, e.deadline - step.at); });
            const StepResult result = player.play(step);
            for (const auto& [tuple, time] : left) {
                if (time > 0 && time <= milliseconds(50) && result.carried == tuple) ++just_before;
                if (time > 0 || result.early_notices.empty()) continue;
                ++expired;
                gone.insert(tuple);
                if (time > -milliseconds(50) && result.packet) ++just_after;
            }
            const bool is_new = result.verdict && result.verdict->info == CtInfo::new_ && result.carried;
            if (is_new && gone.contains(inverse(*result.carried, player.edition(), {}).value_or(Tuple{})))
                ++answers_that_are_new;
        }
    }
    EXPECT_GT(expired, 200U);
    EXPECT_GT(just_before, 20U);
    EXPECT_GT(just_after, 20U);
    EXPECT_GT(answers_that_are_new, 20U);
}

/// Where addresses are translated, those of the router come and go; MASQUERADE forgets what hung on them.
TEST(Traffic, ChangesInterfacesWhereItTakesItsTime) {
    std::size_t changes = 0, forgotten = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const Scenario made =
            traffic::make_traffic(seed, {.profile = Profile::nat, .waits = traffic::Waits::seconds}).scenario;
        Player player(made, EditionId::linux_6_18);
        for (const Step& step : made.steps) {
            const StepResult result = player.play(step);
            if (!std::holds_alternative<InterfacesStep>(step.action)) continue;
            ++changes;
            forgotten += result.notices.size();
        }
    }
    EXPECT_GT(changes, 50U);
    EXPECT_GT(forgotten, 5U);
}

/// How many entries expired in which state, in some hundred scenarios.
std::map<std::string, std::size_t> expired_in_states(Profile profile, const char* protocol) {
    std::map<std::string, std::size_t> out;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        const Scenario made =
            traffic::make_traffic(seed, {.profile = profile, .waits = traffic::Waits::seconds}).scenario;
        Player player(made, EditionId::linux_6_18);
        for (const Step& step : made.steps)
            for (const Json& notice : player.play(step).early_notices)
                if (notice.contains(protocol)) ++out[notice.at(protocol).at("state").get<std::string>()];
    }
    return out;
}

TEST(Traffic, WaitsInEveryStateOfTcpAndSctp) {
    const auto tcp = expired_in_states(Profile::tcp, "tcp");
    for (const char* state : {"SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT",
                              "CLOSE", "SYN_SENT2"})
        EXPECT_TRUE(tcp.contains(state)) << state << ": " << ::testing::PrintToString(tcp);
    const auto sctp = expired_in_states(Profile::sctp, "sctp");
    constexpr std::size_t all_but_none = 8;
    EXPECT_EQ(sctp.size(), all_but_none) << ::testing::PrintToString(sctp);
}

TEST(Traffic, GetsToTheRulesOfTcp) {
    for (const EditionId edition : all_editions) {
        const auto clauses = met(Profile::tcp, edition);
        std::vector<std::string> missing;
        for (const ClauseInfo& c : clause_table) {
            if (c.source != Source::tcp || !c.exists_in(edition)) continue;
            // These need headers that only hostile senders make, or a table that is full.
            if (c.name.starts_with("tcp.header")) continue;
            if (!clauses.test(static_cast<std::size_t>(c.clause))) missing.push_back(std::string(c.name));
        }
        EXPECT_LT(missing.size(), std::size_t{8}) << ::testing::PrintToString(missing);
    }
}

TEST(Traffic, GetsToTheRulesOfSctpAndGre) {
    for (const EditionId edition : all_editions) {
        const auto clauses = met(Profile::sctp, edition) | met(Profile::gre, edition);
        std::vector<std::string> missing;
        for (const ClauseInfo& c : clause_table) {
            if ((c.source != Source::sctp && c.source != Source::gre) || !c.exists_in(edition)) continue;
            if (!clauses.test(static_cast<std::size_t>(c.clause))) missing.push_back(std::string(c.name));
        }
        EXPECT_LT(missing.size(), std::size_t{4}) << ::testing::PrintToString(missing);
    }
}

TEST(Traffic, HostileSendersBreakHeaders) {
    const auto clauses = met(Profile::hostile, EditionId::linux_6_18);
    for (const Clause clause :
         {Clause::tcp_header_short, Clause::tcp_header_offset, Clause::tcp_header_checksum, Clause::ip_header_invalid})
        EXPECT_TRUE(clauses.test(static_cast<std::size_t>(clause))) << info(clause).name;
}

}  // namespace

}  // namespace conntrack::oracle

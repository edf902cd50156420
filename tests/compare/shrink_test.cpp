// Shrinking keeps what it is asked to keep, and leaves out the rest.
#include "oracle/compare/shrink.hpp"
#include "tests/compare/scenarios.hpp"
#include "tests/support/property.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <algorithm>
#include <set>

namespace conntrack::oracle {

namespace {

/// Steps that are told apart by their times.
Scenario numbered(std::size_t count) {
    std::string steps;
    for (std::size_t i = 0; i < count; ++i)
        steps += fmt::format("{}{{\"at\":{},\"observe\":true}}", i == 0 ? "" : ",", i);
    return scenario_of(R"({"name":"numbered","sysctl":{"nf_conntrack_udp_timeout":5},"steps":[)" + steps + "]}");
}

std::set<Time> times(const Scenario& scenario) {
    std::set<Time> out;
    for (const Step& step : scenario.steps) out.insert(step.at / nanoseconds_per_second);
    return out;
}

RC_GTEST_PROP(Shrink, FindsExactlyTheStepsThatMatter, ()) {
    const auto count = *rc::gen::inRange<std::size_t>(1, 80);
    const auto wanted =
        *rc::gen::nonEmpty(rc::gen::container<std::set<Time>>(rc::gen::inRange<Time>(0, static_cast<Time>(count))));
    const Scenario shortest = shrink(
        numbered(count), [&](const Scenario& candidate) { return std::ranges::includes(times(candidate), wanted); });
    RC_ASSERT(times(shortest) == wanted);
    RC_ASSERT(!shortest.json.contains("sysctl"));
}

TEST(Shrink, StopsWhenItsTriesAreUsedUp) {
    std::size_t tries = 0;
    shrink(
        numbered(100), [&](const Scenario& s) { return ++tries, times(s).contains(99); }, 10);
    EXPECT_LE(tries, 10U);
}

const char* const with_substitutions = R"({"name":"s","steps":[
  {"at":0,"observe":true},
  {"at":0,"in":"inside","packet":"45"},
  {"at":0,"observe":true},
  {"at":0,"in":"outside","packet":"45","subst":[{"from_step":1,"from":"sport","field":"dport"}]}]})";

TEST(Shrink, RenumbersTheStepsThatPacketsTakeFrom) {
    const Scenario less = without_steps(scenario_of(with_substitutions), 0, 1);
    ASSERT_EQ(less.steps.size(), 3U);
    const auto& packet = std::get<PacketStep>(less.steps[2].action);
    ASSERT_EQ(packet.substitutions.size(), 1U);
    EXPECT_EQ(packet.substitutions[0].from_step, 0U);
    EXPECT_EQ(less.steps[2].json.at("subst").at(0).at("from_step"), 0);
}

TEST(Shrink, TakesNothingFromAStepThatIsGone) {
    const Scenario less = without_steps(scenario_of(with_substitutions), 1, 1);
    EXPECT_TRUE(std::get<PacketStep>(less.steps[2].action).substitutions.empty());
    EXPECT_FALSE(less.steps[2].json.contains("subst"));
}

TEST(Shrink, KeepsAHeldPacketWithItsRelease) {
    const Scenario scenario = scenario_of(R"({"name":"h","steps":[
      {"at":0,"observe":true},{"at":0,"in":"inside","packet":"45","hold":"a"},{"at":0,"release":"a"}]})");
    const Scenario shortest = shrink(scenario, [](const Scenario& s) {
        return std::ranges::any_of(s.steps,
                                   [](const Step& x) { return std::holds_alternative<ReleaseStep>(x.action); });
    });
    EXPECT_EQ(shortest.steps.size(), 2U);
}

}  // namespace

}  // namespace conntrack::oracle

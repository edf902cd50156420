// Every kind of difference is found, put into words, and shrunk to the packets that it takes.
#include "oracle/compare/comparison.hpp"
#include "oracle/compare/explanation.hpp"
#include "oracle/compare/report.hpp"
#include "tests/compare/scenarios.hpp"

#include <gtest/gtest.h>

namespace conntrack::oracle {

namespace {

/// The first group that a lie leads to.
Group group_of(const LyingAdapter::Change& lie, traffic::Profile profile = traffic::Profile::mixed) {
    LyingAdapter liar(lie);
    CompareOptions options;
    options.profile = profile;
    options.packets_max = 3000;
    Compare compare(liar, options);
    compare.run();
    if (compare.groups().empty()) return {};
    EXPECT_EQ(compare.unexplained(), compare.groups().size());
    return compare.groups().front();
}

std::size_t steps(const Group& group) { return group.scenario.steps.size(); }

TEST(Cause, AWrongStateOfPacketsNeedsOnePacket) {
    const Group group = group_of([](Json& line) {
        if (line.contains("verdict") && line.at("verdict").at("ct") == "new") line["verdict"]["ct"] = "invalid";
    });
    EXPECT_EQ(group.cause.substr(0, 29), "verdict.ct: \"invalid\" / \"new\"");
    EXPECT_EQ(steps(group), 1U);
}

TEST(Cause, AnEntryThatIsNeverAssuredNeedsThreePacketsOfTcp) {
    const Group group = group_of(
        [](Json& line) {
            if (!line.contains("entry") || line.at("entry").is_null()) return;
            Json& status = line["entry"]["status"];
            status.erase(std::remove(status.begin(), status.end(), "ASSURED"), status.end());
        },
        traffic::Profile::tcp);
    EXPECT_TRUE(group.cause.starts_with("entry.status: -ASSURED")) << group.cause;
    EXPECT_LE(steps(group), 3U);
}

TEST(Cause, NamesTheMemberOfAnObject) {
    const Group group = group_of(
        [](Json& line) {
            if (line.contains("entry") && line.at("entry").contains("tcp") &&
                line.at("entry").at("tcp").at("state") == "FIN_WAIT")
                line["entry"]["tcp"]["state"] = "CLOSE";
        },
        traffic::Profile::tcp);
    EXPECT_TRUE(group.cause.starts_with("entry.tcp: state CLOSE / FIN_WAIT")) << group.cause;
    EXPECT_LE(steps(group), 3U);
}

TEST(Cause, AMissingEventAndAMissingEntryAreFound) {
    EXPECT_TRUE(group_of([](Json& line) { line["events"] = Json::array(); }).cause.starts_with("events: nothing / "));
    EXPECT_TRUE(group_of([](Json& line) {
                    if (line.contains("entry")) line["entry"] = nullptr;
                }).cause.starts_with("entry: nothing / "));
}

TEST(Cause, AChangedByteOfAPacketIsFound) {
    const Group group = group_of([](Json& line) {
        if (line.contains("verdict") && line.at("verdict").contains("out")) line["verdict"]["out"] = "45";
    });
    EXPECT_TRUE(group.cause.starts_with("verdict.out")) << group.cause;
    EXPECT_EQ(steps(group), 1U);
}

TEST(Cause, ATimeoutThatIsTwoSecondsOffIsFoundAndOneIsNot) {
    const auto later = [](int seconds) {
        return [seconds](Json& line) {
            if (!line.contains("entry") || line.at("entry").is_null()) return;
            line["entry"]["timeout"] = line.at("entry").at("timeout").get<int>() + seconds;
            line["entry"].erase("timeout_ms");
        };
    };
    EXPECT_TRUE(group_of(later(2)).cause.starts_with("entry.timeout"));
    EXPECT_EQ(group_of(later(1)).cause, "");
}

TEST(Cause, WhatIsNotShownIsNotCompared) {
    EXPECT_EQ(group_of([](Json& line) {
                  for (const char* key : {"verdict", "events", "pre_events", "entry"}) line.erase(key);
              }).cause,
              "");
}

TEST(Cause, RepeatsOfOneCauseAreOneGroup) {
    LyingAdapter liar([](Json& line) {
        if (line.contains("verdict") && line.at("verdict").at("ct") == "related") line["verdict"]["ct"] = "established";
    });
    CompareOptions options;
    options.packets_max = 10'000;
    Compare compare(liar, options);
    compare.run();
    ASSERT_GE(compare.groups().size(), 1U);
    EXPECT_GT(compare.groups()[0].times, 3U);
    for (std::size_t i = 0; i < compare.groups().size(); ++i)
        for (std::size_t j = 0; j < i; ++j) EXPECT_NE(compare.groups()[i].cause, compare.groups()[j].cause);
}

TEST(Explanation, ShowsBothVerdictsTheClauseAndTheField) {
    const Group group = group_of([](Json& line) {
        if (line.contains("verdict") && line.at("verdict").at("ct") == "established") line["verdict"]["ct"] = "invalid";
    });
    const std::string text = explanation(group.shortest, "kernel");
    for (const char* part : {"both: NEW original", "kernel: INVALID", "model: ESTABLISHED", "part in verdict.ct"})
        EXPECT_NE(text.find(part), std::string::npos) << part << " is missing in\n" << text;
}

TEST(Report, JunitIsWellFormedWhateverACauseHolds) {
    LyingAdapter liar([](Json& line) {
        if (line.contains("verdict")) line["verdict"]["ct"] = "<&\">";
    });
    CompareOptions options;
    options.packets_max = 10;
    Compare compare(liar, options);
    compare.run();
    const std::string xml = final_report(compare, "a liar", EditionId::linux_6_18, ReportFormat::junit);
    EXPECT_NE(xml.find("failures=\"1\""), std::string::npos) << xml;
    EXPECT_EQ(xml.find("<&"), std::string::npos) << xml;
}

}  // namespace

}  // namespace conntrack::oracle

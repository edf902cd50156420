// What is expected, as others print it: linux-6.18 and conntrack 1.4.7 against what they printed of the same packets
// (tests/data/expected/what_is_expected.*, taken 0.1 s after the last one), the older editions as their sources say.
#include "oracle/text/expectation_text.hpp"

#include "oracle/play/player.hpp"
#include "oracle/record/scenario_json.hpp"
#include "spec/editions.hpp"
#include "spec/helper/ftp.hpp"
#include "tests/support/places.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <fstream>
#include <vector>

namespace conntrack::oracle::test {
namespace {

std::string path_of(const std::string& end) { return testing::data_folder() + "/expected/what_is_expected." + end; }

/// Seconds that are left hang on how long the packets really took.
std::string without_seconds(std::string line) {
    const auto from = line.find_first_of("0123456789");
    const auto to = line.find(' ', from);
    if (from != std::string::npos) line.replace(from, to - from, "N");
    return line;
}

std::vector<std::string> seen(const std::string& end) {
    std::ifstream in(path_of(end));
    EXPECT_TRUE(in.is_open()) << path_of(end);
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);) out.push_back(without_seconds(line));
    return out;
}

std::vector<std::string> sorted(std::vector<std::string> lines) {
    std::ranges::sort(lines);
    return lines;
}

class WhatIsExpected : public ::testing::Test {
  protected:
    WhatIsExpected() : player_(scenario_, EditionId::linux_6_18) {
        player_.tracker().expectation_observers().add(every_event, [this](const expect::Notice& n) {
            told_.push_back(without_seconds(expectation_event_line(n)));
        });
        for (const Step& step : scenario_.steps) {
            player_.advance(step.at);
            player_.play(step);
            now_ = step.at;
        }
    }
    [[nodiscard]] std::vector<std::string> lines(auto line_of) {
        std::vector<std::string> out;
        player_.tracker().each_expectation(
            [&](const expect::Expectation& e) { out.push_back(without_seconds(line_of(e))); });
        return sorted(out);
    }

    Scenario scenario_ = read_scenario(path_of("json"));
    Player player_;
    std::vector<std::string> told_;
    Time now_ = 0;
};

expect::Expectation an_expectation(const helper::Helper& helper) {
    expect::Expectation out;
    out.tuple = {.src = Address::v4(0xc000'0202),
                 .dst = Address::v4(0x0a00'0002),
                 .src_part = 0,
                 .dst_part = 3001,
                 .proto = protocol::tcp,
                 .family = Family::ipv4,
                 .zone = 0};
    out.helper = &helper;
    out.deadline = seconds(300);
    return out;
}

}  // namespace

TEST_F(WhatIsExpected, InProcIsWhatTheKernelShows) {
    EXPECT_EQ(lines([&](const auto& e) { return proc_expectation_line(e, linux_6_18, now_); }), sorted(seen("proc")));
}

TEST_F(WhatIsExpected, InTheListIsWhatConntrackPrints) {
    EXPECT_EQ(lines([&](const auto& e) { return expectation_list_line(e, now_); }), sorted(seen("list")));
}

TEST_F(WhatIsExpected, InEventsIsWhatConntrackPrints) { EXPECT_EQ(told_, seen("events")); }

TEST(ExpectationInProc, OfEachEdition) {
    const helper::FtpHelper ftp(false);
    auto e = an_expectation(ftp);
    EXPECT_EQ(proc_expectation_line(e, linux_6_18, 0),
              "300 l3proto = 2 proto=6 src=192.0.2.2 dst=10.0.0.2 sport=0 dport=3001 ftp");
    EXPECT_EQ(proc_expectation_line(e, linux_2_6_32, 0),
              "300 l3proto = 2 proto=6 src=192.0.2.2 dst=10.0.0.2 sport=0 dport=3001 ");
    EXPECT_EQ(proc_expectation_line(e, linux_2_6_32, milliseconds(500)).substr(0, 4), "299 ");
    e.flags = expect::permanent_flag | expect::userspace_flag;
    EXPECT_EQ(proc_expectation_line(e, linux_6_18, 0),
              "300 l3proto = 2 proto=6 src=192.0.2.2 dst=10.0.0.2 sport=0 dport=3001 PERMANENT,USERSPACE ftp");
    e.flags = 0;
    e.deadline.reset();
    EXPECT_EQ(proc_expectation_line(e, linux_2_6_9, 0),
              "- use=1 proto=6 src=192.0.2.2 dst=10.0.0.2 sport=0 dport=3001 ");
}

}  // namespace conntrack::oracle::test

// The order of scenarios: numbers are given out as long as they are needed, and outcomes taken one after another.
#include "oracle/compare/schedule.hpp"

#include <gtest/gtest.h>
#include <thread>

namespace conntrack::oracle {

namespace {

Outcome of_packets(std::size_t packets) {
    Outcome out;
    out.tally.packets = packets;
    return out;
}

class Schedules : public ::testing::Test {
  protected:
    std::vector<std::size_t> taken;  // packets, in the order in which they were taken
    Schedule::Take take = [this](Outcome&& outcome) {
        taken.push_back(outcome.tally.packets);
        return outcome.tally.packets;
    };
};

TEST_F(Schedules, OutcomesAreTakenInTheirOrder) {
    Schedule schedule({.scenarios = 3, .ahead = 8});
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(schedule.next(), i);
    EXPECT_EQ(schedule.next(), std::nullopt);
    schedule.done(2, of_packets(30), take);
    schedule.done(1, of_packets(20), take);
    EXPECT_TRUE(taken.empty());
    schedule.done(0, of_packets(10), take);
    EXPECT_EQ(taken, (std::vector<std::size_t>{10, 20, 30}));
}

TEST_F(Schedules, TheOneThatReachesThePacketsIsTheLast) {
    Schedule schedule({.packets = 100, .ahead = 8});
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(schedule.next(), i);
    schedule.done(3, of_packets(60), take);
    schedule.done(2, of_packets(60), take);
    schedule.done(1, of_packets(60), take);
    schedule.done(0, of_packets(60), take);
    EXPECT_EQ(taken, (std::vector<std::size_t>{60, 60}));
    EXPECT_EQ(schedule.next(), std::nullopt);
    EXPECT_EQ(schedule.part(), 1.0);
}

TEST_F(Schedules, WhatIsUnderWayMaySufficeAndIfItDoesNotThereIsMore) {
    Schedule schedule({.packets = 100, .ahead = 8});
    EXPECT_EQ(schedule.next(), 0U);
    schedule.drawn(0, 120);
    std::optional<std::size_t> second;
    std::jthread waits([&] { second = schedule.next(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    schedule.done(0, of_packets(1), take);  // the program gave up after one
    waits.join();
    EXPECT_EQ(second, 1U);
}

TEST_F(Schedules, NobodyRunsTooFarAhead) {
    Schedule schedule({.scenarios = 10, .ahead = 2});
    EXPECT_EQ(schedule.next(), 0U);
    EXPECT_EQ(schedule.next(), 1U);
    std::optional<std::size_t> third;
    std::jthread waits([&] { third = schedule.next(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(schedule.part(), 0.0);
    schedule.done(1, of_packets(1), take);
    schedule.done(0, of_packets(1), take);
    waits.join();
    EXPECT_EQ(third, 2U);
}

TEST_F(Schedules, NothingIsGivenOutOrTakenWhenItHasStopped) {
    Schedule schedule({.scenarios = 10, .ahead = 1});
    EXPECT_EQ(schedule.next(), 0U);
    std::optional<std::size_t> second = 7;
    std::jthread waits([&] { second = schedule.next(); });
    schedule.stop();
    waits.join();
    EXPECT_EQ(second, std::nullopt);
    schedule.done(0, of_packets(1), take);
    EXPECT_TRUE(taken.empty());
}

}  // namespace

}  // namespace conntrack::oracle

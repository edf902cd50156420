// The garbage collector of linux-6.18, once it was told that the table is full; older editions have none.
#include "tests/model/tracker/full_table.hpp"

namespace conntrack::testing {

namespace {

/// Begins its cycle a second after it was told.
class InASecond final : public Choices {
  public:
    std::optional<Time> collector_begins(Time) override { return seconds(1); }
};

}  // namespace

class Collector : public FullTableOf {
  protected:
    InASecond in_a_second_;

    Collector() { tracker_.choose_by(in_a_second_); }

    /// ASSURED flows, to fill the table.
    void fill_with_streams(std::uint32_t streams, Time now = 0) {
        tracker_.fill({.count = streams, .assured = true}, now);
    }
    /// So many chains that early drop hardly ever meets the few entries that may go.
    void put_out_of_reach() { tracker_.configure(Setting::buckets, 1 << 16); }
};
CTORACLE_EVERY_EDITION(Collector);

TEST_P(Collector, TakesWhoIsNotAssuredOnceItWasTold) {
    put_out_of_reach();
    limit(200);
    open_udp(2000);
    fill_with_streams(199);
    EXPECT_TRUE(is_there(2000));
    EXPECT_TRUE(open_udp(2001).dropped());
    tracker_.advance(milliseconds(999));
    EXPECT_TRUE(is_there(2000));
    tracker_.advance(seconds(1));
    EXPECT_EQ(is_there(2000), !is(EditionId::linux_6_18));
    EXPECT_EQ(count(), is(EditionId::linux_6_18) ? 199U : 200U);
}

TEST_P(Collector, DoesNotDropEarlyUnlessToldOrBelow95Percent) {
    put_out_of_reach();
    limit(200);
    open_udp(2000);
    fill_with_streams(199);
    tracker_.advance(seconds(20));
    EXPECT_TRUE(is_there(2000)) << "nobody was refused";

    EXPECT_TRUE(open_udp(2001, seconds(20)).dropped());
    limit(300);
    tracker_.advance(seconds(25));
    EXPECT_TRUE(is_there(2000)) << "200 is less than 95 % of 300";
}

TEST_P(Collector, NeverDropsEarlyBelowAMaximumOf100) {
    put_out_of_reach();
    limit(99);
    open_udp(2000);
    fill_with_streams(98);
    EXPECT_TRUE(open_udp(2001).dropped());
    tracker_.advance(seconds(25));
    EXPECT_TRUE(is_there(2000)) << "99 / 100 * 95 is 0";
}

TEST_P(Collector, TakesConnectionsThatAreClosing) {
    put_out_of_reach();
    limit(200);
    open(0);
    fill_with_streams(199);
    EXPECT_TRUE(open_udp(2001).dropped());
    tracker_.advance(seconds(5));
    EXPECT_NE(web_entry(), nullptr) << "ASSURED and ESTABLISHED";
    close(seconds(5));
    ASSERT_TRUE(web_entry()->has(Status::assured));
    EXPECT_TRUE(open_udp(2001, seconds(5)).dropped()) << "early drop takes no ASSURED entry, closing or not";
    tracker_.advance(seconds(6));
    EXPECT_EQ(web_entry() == nullptr, is(EditionId::linux_6_18));
}

/// As a running kernel did: 262144 less 257.
TEST_P(Collector, TakesSoManyAtOnceAndForgetsThatItWasTold) {
    if (!is(EditionId::linux_6_18)) return;
    tracker_.configure(Setting::buckets, 262'144);
    limit(10'000);
    tracker_.fill({.count = 10'000}, 0);
    EXPECT_EQ(count(), 10'000U);
    const auto refused_at_zero = tracker_.take_log();
    tracker_.fill({.count = 10}, 0);
    EXPECT_EQ(tracker_.take_log().size(), 1U) << "entries of netlink look into the first chains, which are empty";
    tracker_.advance(seconds(1));
    EXPECT_EQ(count(), 10'000U - 257U);
    tracker_.advance(seconds(100));
    EXPECT_EQ(count(), 10'000U - 257U);
}

TEST_P(Collector, TakesNoMoreThanTo95Percent) {
    if (!is(EditionId::linux_6_18)) return;
    tracker_.configure(Setting::buckets, 262'144);
    limit(1000);
    tracker_.fill({.count = 1010}, 0);
    tracker_.advance(seconds(1));
    EXPECT_EQ(count(), 949U);
    EXPECT_EQ(tracker_.take_fillers_gone(), 51U);
}

/// The default: the average of what is left of all timers, with a hundred of 60 s added.
TEST_P(Collector, ComesWhenItsNextCycleIsDue) {
    if (!is(EditionId::linux_6_18)) return;
    Choices by_the_kernel;
    tracker_.choose_by(by_the_kernel);
    put_out_of_reach();
    limit(200);
    open_udp(2000);
    fill_with_streams(199);
    EXPECT_TRUE(open_udp(2001).dropped());
    send(udp_packet(ipv4_ends(2000, 53), out), seconds(29));
    tracker_.advance(seconds(58));
    EXPECT_TRUE(is_there(2000)) << "60 s at most";
    send(udp_packet(ipv4_ends(2000, 53), out), seconds(58));
    tracker_.advance(seconds(60));
    EXPECT_FALSE(is_there(2000));
}

TEST_P(Collector, WhatItWasSeenToTakeIsTakenOnlyIfItMight) {
    if (!is(EditionId::linux_6_18)) return;
    class Seen final : public Choices {
      public:
        std::vector<CollectedSeen> taken;
        std::vector<CollectedSeen> collected() override { return taken; }
    } seen;
    put_out_of_reach();
    limit(200);
    open_udp(2000);
    open_stream(2001);
    fill_with_streams(187, seconds(4));
    tracker_.choose_by(seen);
    seen.taken = {{entry_of(first_of(2000))->original, seconds(26)}, {entry_of(first_of(2001))->original, 0}};
    tracker_.advance(seconds(5));
    EXPECT_TRUE(is_there(2000)) << "189 of 200";
    tracker_.fill({.count = 1, .assured = true}, seconds(5));
    tracker_.advance(seconds(5));
    EXPECT_FALSE(is_there(2000)) << "190 of 200";
    EXPECT_TRUE(is_there(2001)) << "ASSURED";
}

}  // namespace conntrack::testing

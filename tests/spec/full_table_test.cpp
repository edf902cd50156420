// The maximum, who may be dropped early, and when and whom the collector of linux-6.18 takes.
#include "spec/full_table.hpp"

#include <gtest/gtest.h>

namespace conntrack::testing {

namespace full = full_table;

TEST(FullTableRules, TheTableIsFullAtItsMaximum) {
    EXPECT_FALSE(full::is_full<Concrete>(2, 3));
    EXPECT_TRUE(full::is_full<Concrete>(3, 3));
    EXPECT_TRUE(full::is_full<Concrete>(4, 3)) << "the maximum was lowered";
    EXPECT_FALSE(full::is_full<Concrete>(0xffff'ffff, 0)) << "no limit";
}

TEST(FullTableRules, OnlyLivingEntriesThatAreNotAssuredMayBeDropped) {
    EXPECT_TRUE(full::may_be_dropped_early<Concrete>({.assured = false, .dying = false}));
    EXPECT_FALSE(full::may_be_dropped_early<Concrete>({.assured = true, .dying = false}));
    EXPECT_FALSE(full::may_be_dropped_early<Concrete>({.assured = false, .dying = true}));
}

TEST(FullTableRules, TheCollectorTakesThoseAndClosingOnes) {
    EXPECT_TRUE(full::collector_may_take<Concrete>({.assured = false, .dying = false}, false));
    EXPECT_TRUE(full::collector_may_take<Concrete>({.assured = true, .dying = false}, true));
    EXPECT_FALSE(full::collector_may_take<Concrete>({.assured = true, .dying = false}, false));
    EXPECT_FALSE(full::collector_may_take<Concrete>({.assured = true, .dying = true}, true));
}

TEST(FullTableRules, TheCollectorDropsEarlyFrom95Percent) {
    EXPECT_EQ(full::collector_threshold(262'144), 248'995U) << "2621 * 95: divided first";
    EXPECT_EQ(full::collector_threshold(99), 0U);
    EXPECT_EQ(full::collector_threshold(100), 95U);
    EXPECT_FALSE(full::collector_drops_early<Concrete>(94, 95));
    EXPECT_TRUE(full::collector_drops_early<Concrete>(95, 95));
    EXPECT_FALSE(full::collector_drops_early<Concrete>(95, 0));
}

TEST(FullTableRules, TheCollectorTakes257AtOnceWith250TicksASecond) {
    EXPECT_EQ(full::collected_at_once(250), 257U);  // as seen on a running kernel
    EXPECT_EQ(full::collected_at_once(1000), 65U);
}

TEST(FullTableRules, TheCollectorsIntervalIsTheAverageOfAllTimers) {
    constexpr std::uint32_t hz = 250;
    full::CollectorInterval none(hz);
    EXPECT_EQ(none.ticks(), 60 * hz) << "an empty table";
    full::CollectorInterval one(hz);
    one.add(0);
    EXPECT_EQ(one.ticks(), 60 * hz - 59 * hz / 101) << "1 s at least, weighed against a hundred entries of 60 s";
    full::CollectorInterval brief(hz), lasting(hz);
    for (int i = 0; i < 100'000; ++i) {
        brief.add(10);
        lasting.add(432'000 * hz);
    }
    EXPECT_EQ(brief.ticks(), 1619)
        << "a whole division: the average stops where it is nearer than the number of timers";
    EXPECT_EQ(lasting.ticks(), 60 * hz) << "60 s at most";
}

}  // namespace conntrack::testing

// When a refresh moves the deadline, and when an invalid FIN or RST shortens it.
#include "spec/timer.hpp"
#include "spec/editions.hpp"
#include "spec/time.hpp"
#include "tests/support/editions.hpp"

namespace conntrack::testing {

using Refresh = EveryEdition;
CTORACLE_EVERY_EDITION(Refresh);

TEST_P(Refresh, OfASecondOrMoreIsAlwaysMade) {
    for (const Time later : {seconds(1), seconds(1) + 1, seconds(1000)})
        EXPECT_EQ(refreshed_deadline<Concrete>(tested(), seconds(30), later, 30, false), later + seconds(30));
}

TEST_P(Refresh, OfLessThanASecondIsNotMadeInLinux2632) {
    const Time later = seconds(1) - 1;
    const Time moved = refreshed_deadline<Concrete>(tested(), seconds(30), later, 30, false);
    EXPECT_EQ(moved, is(EditionId::linux_2_6_32) ? seconds(30) : later + seconds(30));
}

TEST_P(Refresh, ThatShortensIsAlwaysMade) {
    EXPECT_EQ(refreshed_deadline<Concrete>(tested(), seconds(30), 0, 29, false), seconds(29));
    EXPECT_EQ(refreshed_deadline<Concrete>(tested(), seconds(30) + 1, 0, 30, false), seconds(30));
}

TEST_P(Refresh, LeavesAFixedTimeoutAlone) {
    EXPECT_EQ(refreshed_deadline<Concrete>(tested(), seconds(30), seconds(10), 30, true), seconds(30));
    EXPECT_EQ(refreshed_deadline<Concrete>(tested(), seconds(30), 0, 1, true), seconds(30));
}

TEST(Shrink, OnlyWhereMoreIsLeftThanTwoMinutesAndTheLimit) {
    const Time now = seconds(1000);
    const auto left_after = [&](Time left, std::uint32_t limit) {
        return shrunk_deadline<Concrete>(now + left, now, limit) - now;
    };
    EXPECT_EQ(left_after(seconds(432'000), 300), seconds(300));
    EXPECT_EQ(left_after(seconds(301), 300), seconds(300));
    EXPECT_EQ(left_after(seconds(300), 300), seconds(300));
    EXPECT_EQ(left_after(seconds(200), 300), seconds(200));
    EXPECT_EQ(left_after(seconds(120), 60), seconds(60));
    EXPECT_EQ(left_after(seconds(120) - 1, 60), seconds(120) - 1) << "less than two minutes are left as they are";
}

TEST(SequenceNumbers, AreComparedModulo2To32) {
    EXPECT_TRUE(Concrete::before(1, 2));
    EXPECT_FALSE(Concrete::before(2, 2));
    EXPECT_TRUE(Concrete::before(0xffff'ffff, 0));
    EXPECT_TRUE(Concrete::after(5, 0xffff'fff0));
    EXPECT_TRUE(Concrete::before(0, 0x7fff'ffff));
    EXPECT_TRUE(Concrete::before(0x8000'0000, 0)) << "half the circle away counts as before";
    EXPECT_EQ(Concrete::shift_left(1, 31), 0x8000'0000U);
    EXPECT_EQ(Concrete::shift_left(1, 32), 0U);
    EXPECT_EQ(larger<Concrete>(0xffff'ffff, 1), 0xffff'ffffU) << "windows are plain numbers";
}

}  // namespace conntrack::testing

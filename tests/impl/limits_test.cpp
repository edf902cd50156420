// What the fast tracker promises of memory and of its maximum.
#include "impl/tracker.hpp"
#include "tests/support/packets.hpp"

#include <gtest/gtest.h>
#include <stdexcept>

namespace conntrack::testing {

namespace {

Ends ends_of(std::uint32_t number, Family family) {
    Ends ends = family == Family::ipv4 ? ipv4_ends(1000, 80) : ipv6_ends(1000, 80);
    ends.client.low += std::uint64_t{number} << 8;
    return ends;
}

void open(fast::Tracker& tracker, std::uint32_t number, Family family) {
    const Ends ends = ends_of(number, family);
    tracker.track(tcp_packet(ends, Direction::original, {.flags = tcp::flag_syn, .seq = 1}), 0);
    tracker.track(tcp_packet(ends, Direction::reply, {.flags = tcp::flag_syn | tcp::flag_ack, .seq = 7, .ack = 2}), 0);
    tracker.track(tcp_packet(ends, Direction::original, {.flags = tcp::flag_ack, .seq = 2, .ack = 8}), 0);
}

/// With as many buckets as connections, as the kernel has for its maximum: each takes two bytes.
double bytes_a_connection(Family family, std::uint32_t count) {
    const auto tracker = fast::make_tracker(EditionId::linux_6_18);
    tracker->configure(Setting::max, 0);
    tracker->configure(Setting::buckets, count);
    for (std::uint32_t i = 0; i < count; ++i) open(*tracker, i, family);
    EXPECT_EQ(tracker->linked(), count);
    return static_cast<double>(tracker->shape().bytes) / count;
}

}  // namespace

/// Wherever the index stands between two doublings of its size.
TEST(FastTrackerLimits, FewBytesAConnection) {
    for (const std::uint32_t count : {5'000U, 8'000U, 10'000U, 13'000U, 20'000U}) {
        EXPECT_LE(bytes_a_connection(Family::ipv4, count), 192) << count;
        EXPECT_LE(bytes_a_connection(Family::ipv6, count), 256) << count;
    }
}

TEST(FastTrackerLimits, TheMaximumIsNeverExceeded) {
    for (const EditionId id : all_editions) {
        const auto tracker = fast::make_tracker(id);
        tracker->configure(Setting::max, 100);
        for (std::uint32_t i = 0; i < 1000; ++i) {
            open(*tracker, i, Family::ipv4);
            ASSERT_LE(tracker->existing(), 100U);
        }
        EXPECT_EQ(tracker->existing(), 100U) << "all are ASSURED";
        EXPECT_GT(tracker->take_refusals(), 0U);
    }
}

/// Memory for the entries of a family is a limit, too, and is met as the maximum is.
TEST(FastTrackerLimits, ReservedMemoryIsALimit) {
    const auto tracker = fast::make_tracker(EditionId::linux_6_18, {.most_entries = 10});
    for (std::uint32_t i = 0; i < 20; ++i) open(*tracker, i, Family::ipv4);
    EXPECT_EQ(tracker->existing(), 10U);
    const Ends one_more = ends_of(99, Family::ipv4);
    const Verdict verdict = tracker->track(tcp_packet(one_more, Direction::original, {.flags = tcp::flag_syn}), 0);
    EXPECT_TRUE(verdict.dropped());
    EXPECT_EQ(verdict.clause, Clause::core_table_full);
}

TEST(FastTrackerLimits, OptionsOutOfRangeAreRefused) {
    EXPECT_THROW(fast::make_tracker(EditionId::linux_6_18, {.expired_at_once = 0}), std::invalid_argument);
    EXPECT_THROW(fast::make_tracker(EditionId::linux_6_18, {.most_entries = 0}), std::invalid_argument);
    EXPECT_THROW(fast::make_tracker(EditionId::linux_6_18, {.most_entries = (1U << 29) + 1}), std::invalid_argument);
}

}  // namespace conntrack::testing

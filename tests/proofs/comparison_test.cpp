// A shifted comparison is one off, at the ends of the range as in the middle, and only where it was asked for.
#include "proofs/comparison.hpp"
#include "proofs/symbolic.hpp"

#include <gtest/gtest.h>
#include <array>
#include <cstdint>
#include <limits>
#include <set>
#include <string>

namespace conntrack::testing {

using proofs::Comparison;
using proofs::Place;
using proofs::Shift;
using proofs::ShiftedComparisons;
using proofs::Symbolic;
using proofs::word;

namespace {

constexpr std::uint32_t largest = std::numeric_limits<std::uint32_t>::max();

bool holds(const Symbolic::Bit& bit) {
    EXPECT_EQ(bit.ref()->op, proofs::Op::constant);
    return proofs::is_true(bit.ref());
}

Shift everything(int by) {
    return [by](Comparison, const Place&) { return by; };
}

}  // namespace

TEST(Comparisons, ShiftByOne) {
    for (const std::uint32_t a : {0U, 1U, 77U, largest - 1, largest}) {
        for (const std::int64_t ahead : {-2, -1, 0, 1, 2}) {
            const std::int64_t b = std::int64_t{a} + ahead;
            if (b < 0 || b > largest) continue;
            const Symbolic::Word x = word(a), y = word(static_cast<std::uint32_t>(b));
            for (const int by : {-1, 0, 1}) {
                SCOPED_TRACE(std::to_string(a) + " and " + std::to_string(b) + " by " + std::to_string(by));
                const Shift shift = everything(by);
                const ShiftedComparisons shifted(shift);
                EXPECT_EQ(holds(Symbolic::below(x, y)), 0 < ahead + by);
                EXPECT_EQ(holds(Symbolic::before(x, y)), 0 < ahead + by);
                EXPECT_EQ(holds(Symbolic::after(y, x)), 0 < ahead + by);
                EXPECT_EQ(holds(Symbolic::earlier(Symbolic::time(a), Symbolic::time(b))), 0 < ahead + by);
                EXPECT_EQ(holds(x == y), ahead + by == 0);
                EXPECT_EQ(holds(x != y), ahead + by != 0);
            }
        }
    }
}

TEST(Comparisons, TurnWhereTheySay) {
    for (const std::uint32_t a : {0U, 77U, 1U << 31, largest})
        for (const std::uint32_t b : {0U, 1U, 76U, 77U, 78U, 1U << 31, (1U << 31) + 1, largest})
            for (const int by : {-1, 1}) {
                SCOPED_TRACE(std::to_string(a) + " and " + std::to_string(b) + " by " + std::to_string(by));
                const auto all = [&] {
                    const Symbolic::Word x = word(a), y = word(b);
                    return std::array{holds(Symbolic::below(x, y)), holds(Symbolic::before(x, y)), holds(x == y)};
                };
                const auto plain = all();
                proofs::TurningPoints turns;
                const Shift shift = everything(by);
                const ShiftedComparisons shifted(shift);
                const auto moved = all();
                ASSERT_EQ(turns.met.size(), plain.size());
                for (std::size_t i = 0; i < plain.size(); ++i)
                    EXPECT_TRUE(plain.at(i) == moved.at(i) || proofs::is_true(turns.met[i])) << i;
            }
}

TEST(Comparisons, TellWhereTheyStand) {
    std::set<unsigned> lines;
    const Shift look = [&](Comparison, const Place& place) {
        EXPECT_NE(std::string(place.file).find("comparison_test.cpp"), std::string::npos);
        lines.insert(place.line);
        return 0;
    };
    const ShiftedComparisons watched(look);
    const unsigned line = __LINE__;
    EXPECT_TRUE(holds(Symbolic::below(word(1), word(2))));
    EXPECT_TRUE(holds(Symbolic::after(word(2), word(1))));
    EXPECT_TRUE(holds(word(2) == word(2)));
    EXPECT_EQ(lines, (std::set<unsigned>{line + 1, line + 2, line + 3}));
}

TEST(Comparisons, AreAsWrittenAfterwards) {
    {
        const Shift shift = everything(1);
        const ShiftedComparisons shifted(shift);
        EXPECT_TRUE(holds(Symbolic::below(word(5), word(5))));
    }
    EXPECT_FALSE(holds(Symbolic::below(word(5), word(5))));
}

}  // namespace conntrack::testing

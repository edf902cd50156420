// Reading TCP options: window scale, SACK-permitted and SACK edges, and lengths that lie.
#include "spec/tcp/options.hpp"
#include "tests/support/property.hpp"

#include <algorithm>

namespace conntrack::testing {

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint8_t eol = 0, nop = 1, mss = 2, wscale = 3, sack_ok = 4, sack = 5, timestamp = 8;

Bytes join(std::initializer_list<Bytes> parts) {
    Bytes out;
    for (const Bytes& part : parts) out.insert(out.end(), part.begin(), part.end());
    return out;
}

Bytes be32(std::uint32_t value) {
    return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
            static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

Bytes sack_block(std::uint32_t left, std::uint32_t right) { return join({be32(left), be32(right)}); }

Bytes sack_option(const Bytes& blocks) { return join({{sack, static_cast<std::uint8_t>(2 + blocks.size())}, blocks}); }

}  // namespace

TEST(TcpOptions, ABareHeaderHasNone) {
    const auto read = tcp::read_options({});
    EXPECT_FALSE(read.any || read.sack_permitted || read.window_scale.has_value());
}

TEST(TcpOptions, TheUsualOnesOfASyn) {
    const Bytes bytes = {mss, 4, 5, 180, sack_ok, 2, timestamp, 10, 0, 0, 0, 1, 0, 0, 0, 0, nop, wscale, 3, 7};
    const auto read = tcp::read_options(bytes);
    EXPECT_TRUE(read.any);
    EXPECT_TRUE(read.sack_permitted);
    EXPECT_EQ(read.window_scale, 7);
}

TEST(TcpOptions, ScaleIsCappedAtFourteen) {
    for (unsigned scale = 0; scale < 256; ++scale)
        EXPECT_EQ(tcp::read_options(Bytes{wscale, 3, static_cast<std::uint8_t>(scale)}).window_scale,
                  std::min(scale, 14U));
}

TEST(TcpOptions, NothingBehindTheEndOfTheListIsRead) {
    EXPECT_FALSE(tcp::read_options(Bytes{nop, eol, wscale, 3, 7}).window_scale.has_value());
}

TEST(TcpOptions, AWrongLengthIsNotTheOption) {
    EXPECT_FALSE(tcp::read_options(Bytes{wscale, 4, 7, 0}).window_scale.has_value());
    EXPECT_FALSE(tcp::read_options(Bytes{sack_ok, 3, 0}).sack_permitted);
    // It is passed over by its own length, and what follows still counts.
    EXPECT_TRUE(tcp::read_options(Bytes{wscale, 4, 7, 0, sack_ok, 2}).sack_permitted);
}

TEST(TcpOptions, ALengthBelowTwoEndsTheList) {
    for (const std::uint8_t length : Bytes{0, 1})
        EXPECT_FALSE(tcp::read_options(Bytes{mss, length, sack_ok, 2}).sack_permitted);
}

TEST(TcpOptions, AnOptionThatRunsPastTheHeaderEndsTheList) {
    EXPECT_FALSE(tcp::read_options(Bytes{mss, 9, sack_ok, 2}).sack_permitted);
    EXPECT_FALSE(tcp::read_options(Bytes{wscale, 3}).window_scale.has_value());
    EXPECT_FALSE(tcp::read_options(Bytes{wscale}).window_scale.has_value());
}

TEST(TcpSack, WithoutTheOptionTheAckStands) {
    EXPECT_EQ(tcp::highest_sack_edge({}, 77), 77U);
    EXPECT_EQ(tcp::highest_sack_edge(Bytes{nop, nop, timestamp, 10, 0, 0, 0, 1, 0, 0, 0, 0}, 77), 77U);
}

TEST(TcpSack, TheHighestRightEdgeOfAllBlocks) {
    const auto option = sack_option(join({sack_block(200, 300), sack_block(400, 500), sack_block(100, 150)}));
    EXPECT_EQ(tcp::highest_sack_edge(option, 77), 500U);
    EXPECT_EQ(tcp::highest_sack_edge(option, 600), 600U) << "an edge below the acknowledgement counts for nothing";
}

TEST(TcpSack, EdgesAreComparedModulo2To32) {
    const auto option = sack_option(sack_block(0xffff'fff0, 0x10));
    EXPECT_EQ(tcp::highest_sack_edge(option, 0xffff'ff00), 0x10U);
    EXPECT_EQ(tcp::highest_sack_edge(sack_option(sack_block(0, 0xffff'ff00)), 0x10), 0x10U);
}

TEST(TcpSack, OnlyTheFirstWellFormedOptionCounts) {
    const auto first = sack_option(sack_block(1, 100)), second = sack_option(sack_block(1, 200));
    EXPECT_EQ(tcp::highest_sack_edge(join({first, second}), 7), 100U);
    const Bytes no_blocks = {sack, 2};
    const Bytes half_a_block = {sack, 6, 0, 0, 1, 0};
    EXPECT_EQ(tcp::highest_sack_edge(join({no_blocks, half_a_block, second}), 7), 200U);
}

TEST(TcpSack, ABlockThatRunsPastTheHeaderCountsForNothing) {
    auto option = sack_option(sack_block(1, 100));
    option.pop_back();
    EXPECT_EQ(tcp::highest_sack_edge(option, 7), 7U);
}

TEST(TcpOptions, NoBytesWhateverAreReadBeyondTheirEnd) {
    expect_property(
        [] {
            const auto bytes = *rc::gen::container<Bytes>(
                rc::gen::oneOf(rc::gen::inRange<std::uint8_t>(0, 12), rc::gen::arbitrary<std::uint8_t>()));
            // An exact allocation, so that a sanitizer sees a byte too many.
            const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());
            const auto read = tcp::read_options(exact);
            RC_ASSERT(read.any == !exact.empty());
            RC_ASSERT(!read.window_scale || *read.window_scale <= tcp::largest_window_scale);
            const std::uint32_t ack = *rc::gen::arbitrary<std::uint32_t>();
            const std::uint32_t edge = tcp::highest_sack_edge(exact, ack);
            const auto four = be32(edge);
            RC_ASSERT(edge == ack || std::search(exact.begin(), exact.end(), four.begin(), four.end()) != exact.end());
        },
        10);
}

}  // namespace conntrack::testing

// The Internet checksum: worked examples, and its algebra.
#include "spec/wire/checksum.hpp"
#include "tests/support/property.hpp"

namespace conntrack::testing {

using Octets = std::vector<std::uint8_t>;

TEST(Checksum, TheExampleOfRfc1071) {
    const Octets bytes = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
    EXPECT_EQ(wire::fold(wire::sum_bytes(bytes)), 0xddf2);
}

TEST(Checksum, AnOddByteIsTheHighHalfOfAWord) {
    EXPECT_EQ(wire::fold(wire::sum_bytes(Octets{0x12})), 0x1200);
    EXPECT_EQ(wire::fold(wire::sum_bytes(Octets{0x12, 0x34, 0x56})), 0x1234 + 0x5600);
}

TEST(Checksum, NothingSumsToNothing) {
    EXPECT_EQ(wire::fold(wire::sum_bytes({})), 0);
    EXPECT_EQ(wire::fold(0x1'fffe), 0xffff) << "carries are added until none is left";
}

TEST(Checksum, ARealIpv4HeaderSumsToOnes) {
    const Octets header = {0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,
                           0xb8, 0x61, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7};
    EXPECT_EQ(wire::fold(wire::sum_bytes(header)), 0xffff);
}

TEST(Checksum, ThePseudoHeaderHoldsAddressesProtocolAndLength) {
    const auto sum = [](std::uint32_t length) {
        return wire::fold(
            wire::pseudo_header_sum(Family::ipv4, Address::v4(0x0a000102), Address::v4(0x0a000202), 6, length));
    };
    EXPECT_EQ(sum(20), 0x0a00 + 0x0102 + 0x0a00 + 0x0202 + 6 + 20);
    EXPECT_EQ(sum(0x1'0000), sum(1)) << "a length beyond 16 bits is summed by its halves";
    const Address one{0x2001'0db8'0000'0000, 1};
    EXPECT_EQ(wire::fold(wire::pseudo_header_sum(Family::ipv6, one, one, 58, 8)), 2 * (0x2001 + 0x0db8 + 1) + 58 + 8);
}

/// Summing piece by piece, at even places, is the same as summing at once, in any order.
TEST(Checksum, IsTheSumOfItsParts) {
    expect_property([] {
        const auto bytes = *rc::gen::arbitrary<Octets>();
        const std::size_t cut = *rc::gen::inRange<std::size_t>(0, bytes.size() / 2 + 1) * 2;
        const std::span all(bytes);
        const auto head = all.first(std::min(cut, all.size()));
        const auto tail = all.subspan(head.size());
        const auto whole = wire::fold(wire::sum_bytes(all));
        RC_ASSERT(wire::fold(wire::sum_bytes(tail, wire::sum_bytes(head))) == whole);
        RC_ASSERT(wire::fold(wire::sum_bytes(head, wire::sum_bytes(tail))) == whole);
    });
}

}  // namespace conntrack::testing

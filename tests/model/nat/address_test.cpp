// Which of several addresses a binding takes.
#include "tests/model/nat/fixture.hpp"

namespace conntrack::testing {

using NatAddress = NatOf;
CTORACLE_EVERY_EDITION(NatAddress);

namespace {

constexpr Address v4(std::uint8_t last) { return Address::v4(0xc000'0200u + last); }
constexpr NatRange ten = addresses(v4(100), v4(109));

/// What a live linux-6.18 took of 192.0.2.100-192.0.2.109 towards 192.0.2.2.
struct Seen {
    std::uint8_t client, address, persistent_address;
};
constexpr Seen seen_on_6_18[] = {{2, 104, 109}, {3, 109, 108}, {4, 108, 102}};

}  // namespace

TEST_P(NatAddress, OfAHashIsTheOneThatALiveKernelTook) {
    if (!newest()) return;
    for (const Seen& seen : seen_on_6_18) {
        const Address client = Address::v4(0x0a00'0000u + seen.client);
        EXPECT_EQ(udp(flow(client, 1500), ten).leaves.src, v4(seen.address)) << int{seen.client};
        NatRange persistent = ten;
        persistent.persistent = true;
        for (const Address to : {other_server, Address::v4(0xc633'6402)})
            EXPECT_EQ(udp(flow(client, 1600, to), persistent).leaves.src, v4(seen.persistent_address))
                << int{seen.client};
    }
    EXPECT_EQ(udp(flow(Address::v4(0x0a00'0005), 1500), ten).leaves.src, v4(102));
}

TEST_P(NatAddress, OfAHashOverIPv6IsTheOneThatALiveKernelTook) {
    if (!newest()) return;
    const std::uint64_t outside = 0xfd00'000b'0000'0000, inside = 0xfd00'000a'0000'0000;
    const NatRange range = addresses({outside, 0x100}, {outside, 0x01ff'0000'0005});
    struct {
        std::uint64_t client, low;
    } constexpr seen[] = {{2, 0x01b7'dbc1'0960}, {3, 0x00e8'7442'7485}, {4, 0x0093'49b7'798a}, {5, 0x01b6'db5a'969d}};
    for (const auto& s : seen) {
        const Ends ends{Family::ipv6, {inside, s.client}, {outside, 2}, 1500, 53};
        const Address took = udp(ends, range).leaves.src;
        EXPECT_EQ(took.high, outside);
        EXPECT_EQ(took.low, s.low) << s.client;
    }
}

/// The kernel mixes the destination in, of which it has by then written the first words.
TEST_P(NatAddress, OfADestinationOverIPv6IsTheOneThatALiveKernelTook) {
    if (!newest()) return;
    const std::uint64_t outside = 0xfd00'000b'0000'0000, inside = 0xfd00'000a'0000'0000;
    const std::uint64_t far = 0x2001'0db8'0005'0000, farther = 0x2001'0db8'0000'0000;
    const NatRange range = addresses({inside, 0x10}, {inside, 0x01ff'0000'0005});
    struct {
        Address client, server;
        std::uint64_t low;
    } const seen[] = {{{outside, 2}, {outside, 1}, 0x0112'9b18'7689},
                      {{outside, 3}, {far, 5}, 0x0049'6d83'2f71},
                      {{farther, 9}, {inside, 0x77}, 0x0093'dacc'e89a},
                      {{farther, 9}, {outside, 0x100}, 0x0194'5e2c'aca6}};
    for (const auto& s : seen) {
        const Address took = udp({Family::ipv6, s.client, s.server, 1500, 53}, {}, range).leaves.dst;
        EXPECT_EQ(took.high, inside);
        EXPECT_EQ(took.low, s.low);
    }
}

TEST_P(NatAddress, IsTheSameForAllFlowsOfTwoHostsLater) {
    if (oldest()) return;
    const Address first = udp(flow(client_a, 1500), ten).leaves.src;
    for (std::uint16_t port = 1501; port < 1520; ++port)
        EXPECT_EQ(udp(flow(client_a, port), ten).leaves.src, first) << port;
}

/// linux-2.6.9 looks at one address further every time, and takes an unused one at once.
TEST_P(NatAddress, IsTheLeastUsedFirst) {
    if (!oldest()) return;
    const NatRange three = addresses(v4(100), v4(102));
    std::map<Address, int> used;
    for (std::uint16_t port = 1500; port < 1506; ++port) ++used[udp(flow(client_a, port), three).leaves.src];
    EXPECT_EQ(used, (std::map<Address, int>{{v4(100), 2}, {v4(101), 2}, {v4(102), 2}}));
    EXPECT_EQ(udp(flow(client_a, 1500, other_server), three).leaves.src, v4(101)) << "its seventh turn";
}

TEST_P(NatAddress, IsKeptIfItLiesInTheRange) {
    if (!newest()) return;
    EXPECT_EQ(udp(flow(v4(105), 1500), ten).leaves.src, v4(105));
}

}  // namespace conntrack::testing

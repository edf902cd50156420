// Which of its addresses the router uses, row by row. That a running linux-6.18 does the same is recorded in
// interfaces.jsonl.xz and local.jsonl.xz; the rules of IPv6 are those of RFC 6724.
#include "model/source_address.hpp"

#include <gtest/gtest.h>

namespace conntrack::testing {

namespace {

constexpr Address inside{0xfd00'000a'0000'0000, 1}, outside{0xfd00'000b'0000'0000, 1};
constexpr Address later{0xfd00'000b'0000'0000, 9}, routable{0x2001'0db8'0000'0000, 1}, link{0xfe80'0000'0000'0000, 1};

Network v6(const Address& a) { return {Family::ipv6, a, 64}; }
Network v4(std::uint32_t a) { return {Family::ipv4, Address::v4(a), 24}; }

std::vector<Interface> two(std::vector<Network> of_outside) {
    return {{"inside", {v4(0x0a00'0001), v6(inside)}, {}}, {"outside", std::move(of_outside), {}}};
}

Address towards(std::vector<Network> of_outside, const Address& dst) {
    return source_address(two(std::move(of_outside)), 1, Family::ipv6, dst).value_or(Address{});
}

}  // namespace

TEST(SourceAddress, OfIpv6IsTheLatestOfTheInterface) {
    EXPECT_EQ(towards({v6(outside), v6(later)}, {0xfd00'000c'0000'0000, 2}), later);
    EXPECT_EQ(towards({v6(later), v6(outside)}, {0xfd00'000c'0000'0000, 2}), outside);
}

TEST(SourceAddress, OfIpv6SharesTheMostBitsWithinItsPrefix) {
    EXPECT_EQ(towards({v6(outside), v6({0xfd00'000d'0000'0000, 1})}, {0xfd00'000b'0000'0000, 2}), outside);
    EXPECT_EQ(towards({v6(outside), v6(later)}, {0xfd00'000b'0000'0000, 2}), later) << "64 bits of either count";
}

TEST(SourceAddress, OfIpv6HasTheLabelOfTheDestinationBeforeItsBits) {
    const std::vector<Network> both{v6(outside), v6(routable)};
    EXPECT_EQ(towards(both, {0xfd00'00ff'0000'0000, 2}), outside);
    EXPECT_EQ(towards(both, {0x2a00'0000'0000'0000, 2}), routable);
}

TEST(SourceAddress, OfIpv6BelongsToTheInterfaceBeforeItFits) {
    EXPECT_EQ(towards({v6(routable)}, {0xfd00'000a'0000'0000, 2}), routable) << "though inside has a nearer one";
    EXPECT_EQ(towards({}, {0xfd00'000a'0000'0000, 2}), inside) << "a link-local address does not reach that far";
}

TEST(SourceAddress, TowardsALinkIsItsOwn) {
    const Address neighbour{0xfe80'0000'0000'0000, 0x77};
    EXPECT_EQ(towards({v6(outside), v6(link)}, neighbour), link);
    const Address unlisted = towards({v6(outside)}, neighbour);
    EXPECT_TRUE(is_link_local(Family::ipv6, unlisted));
    EXPECT_EQ(unlisted, link_local_address(two({v6(outside)}), 1));
}

TEST(SourceAddress, OfIpv4IsTheFirstOrThatOfTheDestinationsNetwork) {
    const auto ipv4 = [](const std::vector<Network>& own, std::uint32_t dst) {
        return source_address(two(own), 1, Family::ipv4, Address::v4(dst));
    };
    const std::vector<Network> own{v4(0xc000'0201), v4(0xc000'0209), v4(0xc633'6401)};
    EXPECT_EQ(ipv4(own, 0xc000'0202), Address::v4(0xc000'0201));
    EXPECT_EQ(ipv4(own, 0xc633'6402), Address::v4(0xc633'6401));
    EXPECT_EQ(ipv4(own, 0x0808'0808), Address::v4(0xc000'0201));
    EXPECT_EQ(ipv4({}, 0x0808'0808), Address::v4(0x0a00'0001)) << "without any, one of another interface";
    EXPECT_FALSE(source_address({{"bare", {}, {}}}, 0, Family::ipv4, {}));
}

TEST(RedirectAddress, IsOfTheInterfaceAlone) {
    EXPECT_FALSE(redirect_address(two({}), 1, Family::ipv4, {}));
    EXPECT_EQ(redirect_address(two({v4(0xc000'0201), v4(0xc000'0209)}), 1, Family::ipv4, {}), Address::v4(0xc000'0201));
}

TEST(RedirectAddress, OfIpv6IsTheLatestAndOfTheLinkForItsNeighbours) {
    const auto own = two({v6(outside), v6(link), v6(later)});
    EXPECT_EQ(redirect_address(own, 1, Family::ipv6, routable), later);
    EXPECT_EQ(redirect_address(own, 1, Family::ipv6, {0xfe80'0000'0000'0000, 0x77}), link);
    constexpr Address site_group{0xff05'0000'0000'0000, 5};
    EXPECT_FALSE(redirect_address(own, 1, Family::ipv6, site_group)) << "it has no address of the site";
}

}  // namespace conntrack::testing

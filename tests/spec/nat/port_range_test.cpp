// Among which ports NAT searches: the classes of ports and their edges, ICMP ids, given ranges.
// Sources: nf_nat_l4proto_unique_tuple() and its forerunners.
#include "spec/nat/port_range.hpp"
#include "tests/support/editions.hpp"

#include <gtest/gtest.h>

namespace conntrack::testing {

namespace {

using nat::Manip;

nat::PartRange<Concrete> searched(std::uint32_t part, const Edition& edition, const NatRange& range = {},
                                  Manip manip = Manip::src, std::uint8_t proto = protocol::udp) {
    return nat::searched_parts<Concrete>(range, manip, proto, part, edition);
}

NatRange ports(std::uint16_t first, std::uint16_t last) {
    NatRange range;
    range.proto_specified = true;
    range.port_min = first;
    range.port_max = last;
    return range;
}

}  // namespace

using PortRange = EveryEdition;
CTORACLE_EVERY_EDITION(PortRange);

TEST_P(PortRange, ASourcePortStaysInItsClass) {
    struct Class {
        std::uint32_t port, first, last;
    };
    constexpr Class classes[] = {{0, 1, 511},       {1, 1, 511},         {511, 1, 511},       {512, 600, 1023},
                                 {1023, 600, 1023}, {1024, 1024, 65535}, {65535, 1024, 65535}};
    for (const Class& c : classes) {
        const auto range = searched(c.port, tested());
        EXPECT_EQ(range.first, c.first) << c.port;
        EXPECT_EQ(range.first + range.size - 1, c.last) << c.port;
    }
}

TEST_P(PortRange, ADestinationPortIsSearchedOnlyInAGivenRange) {
    EXPECT_EQ(searched(80, tested(), {}, Manip::dst).size, 0U);
    const auto range = searched(80, tested(), ports(8080, 8089), Manip::dst);
    EXPECT_EQ(range.first, 8080U);
    EXPECT_EQ(range.size, 10U);
}

TEST_P(PortRange, IdsOfIcmpAreAllSearched) {
    for (const Manip manip : {Manip::src, Manip::dst}) {
        const auto range = searched(7, tested(), {}, manip, protocol::icmp);
        EXPECT_EQ(range.first, 0U);
        EXPECT_EQ(range.size, is(EditionId::linux_6_18) ? 65536U : 65535U);
    }
}

TEST_P(PortRange, OneThatIsUpsideDownIsTurnedRoundLater) {
    const auto range = searched(1500, tested(), ports(4010, 4000));
    EXPECT_EQ(range.size, is(EditionId::linux_6_18) ? 11U : 0U);
    if (is(EditionId::linux_6_18)) {
        EXPECT_EQ(range.first, 4000U);
    }
}

TEST_P(PortRange, WholeAndSingle) {
    EXPECT_EQ(searched(1, tested(), ports(0, 65535)).size, 65536U);
    EXPECT_EQ(searched(1, tested(), ports(4000, 4000)).size, 1U);
}

TEST_P(PortRange, ProtocolsWithPartsToSearch) {
    const bool oldest = is(EditionId::linux_2_6_9);
    for (const auto proto : {protocol::tcp, protocol::udp, protocol::icmp})
        EXPECT_TRUE(nat::has_searchable_part(proto, tested())) << int{proto};
    for (const auto proto : {protocol::udplite, protocol::sctp, protocol::icmpv6})
        EXPECT_EQ(nat::has_searchable_part(proto, tested()), !oldest) << int{proto};
    EXPECT_EQ(nat::has_searchable_part(protocol::dccp, tested()), is(EditionId::linux_2_6_32));
    EXPECT_FALSE(nat::has_searchable_part(99, tested()));
}

}  // namespace conntrack::testing

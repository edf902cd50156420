// Tuples: what they are made of in each protocol, and that the inverse of the inverse is the tuple itself.
#include "spec/icmp.hpp"
#include "spec/tuple_of.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/packets.hpp"
#include "tests/support/property.hpp"

namespace conntrack::testing {

namespace {

constexpr auto out = Direction::original, back = Direction::reply;
const Ends ends = ipv4_ends(1000, 80);

}  // namespace

using Tuples = EveryEdition;
CTORACLE_EVERY_EDITION(Tuples);

TEST_P(Tuples, OfPortsAndOfNone) {
    const auto tcp = tuple_of(tcp_packet(ends, out, {}), tested(), {});
    ASSERT_TRUE(tcp.has_value());
    EXPECT_EQ(*tcp, (Tuple{ends.client, ends.server, 1000, 80, protocol::tcp, Family::ipv4, 0}));
    const auto unknown = tuple_of(ip_packet(ends, out, 99, 40), tested(), {});
    ASSERT_TRUE(unknown.has_value());
    EXPECT_EQ(*unknown, (Tuple{ends.client, ends.server, 0, 0, 99, Family::ipv4, 0}));
}

TEST_P(Tuples, OfTheIdTypeAndCodeOfAQuery) {
    const auto echo = tuple_of(icmp_packet(ends, out, icmp::echo_request, 3), tested(), {});
    ASSERT_TRUE(echo.has_value());
    EXPECT_EQ(echo->src_part, 1000);
    EXPECT_EQ(echo->icmp_type(), icmp::echo_request);
    EXPECT_EQ(echo->icmp_code(), 3);
    const auto answer = inverse(*echo, tested(), {});
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer, tuple_of(icmp_packet(ends, back, icmp::echo_reply, 3), tested(), {})) << "the code is kept";
}

TEST_P(Tuples, NeedBytesOfTheTransportHeader) {
    const std::uint32_t needed = is(EditionId::linux_6_18) ? 4 : 8;
    for (std::uint32_t bytes = 0; bytes < 12; ++bytes) {
        Packet p = udp_packet(ends, out);
        p.transport_available = bytes;
        EXPECT_EQ(tuple_of(p, tested(), {}).has_value(), bytes >= needed) << bytes;
        EXPECT_TRUE(tuple_of(ip_packet(ends, out, 99, bytes), tested(), {}).has_value()) << "no ports, no need";

        InnerPacket inner = *error_about(tcp_packet(ends, out, {})).inner;
        inner.transport_bytes = bytes;
        EXPECT_EQ(tuple_of(inner, tested(), {}).has_value(), bytes >= needed) << bytes;
        InnerPacket ping = *error_about(echo_packet(ends, out)).inner;
        ping.transport_bytes = bytes;
        EXPECT_EQ(tuple_of(ping, tested(), {}).has_value(), bytes >= 8) << bytes;
    }
}

TEST_P(Tuples, OfAQuotedFragmentThereIsNone) {
    InnerPacket inner = *error_about(tcp_packet(ends, out, {})).inner;
    EXPECT_TRUE(tuple_of(inner, tested(), {}).has_value());
    inner.later_fragment = true;
    EXPECT_FALSE(tuple_of(inner, tested(), {}).has_value());
}

TEST_P(Tuples, OfUdpliteDependOnItsTracker) {
    const Packet p = udplite_packet(ipv4_ends(3000, 300), out);
    const auto sport = [&](Modules modules) { return tuple_of(p, tested(), modules).value().src_part; };
    EXPECT_EQ(sport({}), is(EditionId::linux_6_18) ? 3000 : 0);
    EXPECT_EQ(sport({.udplite = true, .sctp = false, .gre = false}), is(EditionId::linux_2_6_9) ? 0 : 3000);
}

TEST_P(Tuples, OfIcmpInTheWrongFamily) {
    Packet p = icmp_packet(ipv6_ends(7, 0), out, icmp::echo_request, 0);
    p.protocol = protocol::icmp;
    EXPECT_EQ(tracker_of(p.protocol, p.family, tested(), {}),
              is(EditionId::linux_6_18) ? L4Tracker::icmp : L4Tracker::generic);
}

TEST_P(Tuples, WithoutAPartnerHaveNoInverse) {
    for (unsigned type = 0; type < 256; ++type) {
        const Tuple t{ends.client,    ends.server,  7, icmp_part(static_cast<std::uint8_t>(type), 0),
                      protocol::icmp, Family::ipv4, 0};
        EXPECT_EQ(inverse(t, tested(), {}).has_value(), icmp::partner(static_cast<std::uint8_t>(type)).has_value());
    }
}

TEST_P(Tuples, AreTheInverseOfTheirInverse) {
    expect_property([&] {
        const auto part = rc::gen::arbitrary<std::uint16_t>();
        Tuple t{ends.client,
                ends.server,
                *part,
                *part,
                *rc::gen::element<std::uint8_t>(1, 6, 17, 58, 99, 132, 136),
                *rc::gen::element(Family::ipv4, Family::ipv6),
                0};
        if (t.is_icmp()) t.dst_part = icmp_part(*rc::gen::element<std::uint8_t>(0, 8, 13, 14, 128, 129, 139), 0);
        const auto answer = inverse(t, tested(), {});
        if (!answer) return;
        RC_ASSERT(answer->src == t.dst && answer->dst == t.src && answer->proto == t.proto);
        RC_ASSERT(inverse(*answer, tested(), {}) == t);
    });
}

}  // namespace conntrack::testing

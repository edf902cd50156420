// Packets that are made for scenarios are right to the last checksum, and sealing one anew changes nothing.
#include "oracle/traffic/packet_bytes.hpp"
#include "spec/tcp/flags.hpp"
#include "spec/wire/decode.hpp"

#include <gtest/gtest.h>

namespace conntrack::oracle::traffic {

namespace {

IpText text(Family family, std::uint8_t protocol) {
    const bool v4 = family == Family::ipv4;
    return {.family = family,
            .src = v4 ? Address::v4(0x0a000002) : Address{0xfd00'000a'0000'0000, 2},
            .dst = v4 ? Address::v4(0xc6336402) : Address{0xfd00'000b'0000'0000, 2},
            .protocol = protocol};
}

Packet decoded(const Bytes& bytes) {
    const auto result = wire::decode(bytes, {});
    const auto* packet = std::get_if<Packet>(&result);
    EXPECT_NE(packet, nullptr);
    return packet == nullptr ? Packet{} : *packet;
}

class BothFamilies : public ::testing::TestWithParam<Family> {};

TEST_P(BothFamilies, EveryChecksumIsRight) {
    const Family family = GetParam();
    const std::uint8_t icmp = family == Family::ipv4 ? protocol::icmp : protocol::icmpv6;
    const std::array packets = {
        tcp_packet(text(family, protocol::tcp), {.sport = 1, .dport = 2, .flags = tcp::flag_syn, .payload_bytes = 3}),
        udp_packet(text(family, protocol::udp), 1000, 53, 5),
        icmp_packet(text(family, icmp), family == Family::ipv4 ? 8 : 128, 0, 7, Bytes(9, 1)),
    };
    for (const Bytes& bytes : packets) {
        EXPECT_EQ(decoded(bytes).checksum, Checksum::right);
        Bytes again = bytes;
        seal(again);
        EXPECT_EQ(again, bytes);
        again.back() ^= 1;
        EXPECT_EQ(decoded(again).checksum, Checksum::wrong);
        seal(again);
        EXPECT_EQ(decoded(again).checksum, Checksum::right);
    }
}

INSTANTIATE_TEST_SUITE_P(Families, BothFamilies, ::testing::Values(Family::ipv4, Family::ipv6));

TEST(PacketBytes, SayWhatTheTextSays) {
    const Packet p = decoded(tcp_packet(text(Family::ipv4, protocol::tcp), {.sport = 1000,
                                                                            .dport = 80,
                                                                            .seq = 5,
                                                                            .ack = 6,
                                                                            .flags = 0x12,
                                                                            .window = 7,
                                                                            .options = {1, 3, 3, 9},
                                                                            .payload_bytes = 4}));
    EXPECT_EQ(p.sport, 1000);
    EXPECT_EQ(p.dport, 80);
    ASSERT_TRUE(p.tcp);
    EXPECT_EQ(p.tcp->seq, 5U);
    EXPECT_EQ(p.tcp->ack, 6U);
    EXPECT_EQ(p.tcp->flags, 0x12);
    EXPECT_EQ(p.tcp->window, 7);
    EXPECT_EQ(p.tcp->options.window_scale, 9);
    EXPECT_EQ(p.transport_length, 28U);
}

}  // namespace

}  // namespace conntrack::oracle::traffic

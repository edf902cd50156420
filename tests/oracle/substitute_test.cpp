// A field is taken over into another packet, and every checksum is right again.
#include "oracle/play/substitute.hpp"

#include "spec/wire/big_endian.hpp"
#include "spec/wire/decode.hpp"
#include "spec/wire/own_packet.hpp"

#include <gtest/gtest.h>
#include <variant>

namespace conntrack::oracle::test {

namespace {

using Bytes = std::vector<std::uint8_t>;

const wire::OwnPacket header = {.family = Family::ipv4,
                                .src = Address::v4(0x0a000002),
                                .dst = Address::v4(0xc0000202),
                                .protocol = protocol::udplite};

/// UDP or UDP-Lite from port 1000 to 53 with 40 bytes, its checksum still wrong.
Bytes datagram(wire::OwnPacket from, std::uint8_t protocol, std::uint16_t length_or_coverage) {
    Bytes transport(48, 0x55);
    wire::put16(transport, 0, 1000);
    wire::put16(transport, 2, 53);
    wire::put16(transport, 4, length_or_coverage);
    from.protocol = protocol;
    return wire::assemble(from, transport);
}

Checksum checksum_of(const Bytes& bytes) {
    const auto decoded = wire::decode(bytes, {.checksum = wire::ChecksumPolicy::verify});
    const auto* packet = std::get_if<Packet>(&decoded);
    return packet != nullptr ? packet->checksum : Checksum::wrong;
}

const Bytes port = {0x10, 0x01};

}  // namespace

TEST(Substitute, SumsUdpAnew) {
    Bytes packet = datagram(header, protocol::udp, 48);
    EXPECT_EQ(checksum_of(packet), Checksum::wrong);
    ASSERT_TRUE(write_field(packet, "dport", port));
    EXPECT_EQ(checksum_of(packet), Checksum::right);
    EXPECT_EQ(read_field(packet, "dport"), port);
}

/// UDP-Lite whose sum is right for a protocol number: that of its trackers, or its own.
Bytes sealed_udplite(std::uint8_t number) {
    Bytes packet = datagram(header, protocol::udplite, 0);
    wire::OwnPacket as = header;
    as.protocol = number;
    wire::seal(as, std::span(packet).subspan(20), 6);
    return packet;
}

TEST(Substitute, LeavesUdpliteAsRightAsItWas) {
    for (const std::uint8_t number : {protocol::udp, protocol::udplite}) {
        Bytes packet = sealed_udplite(number);
        const Checksum before = checksum_of(packet);
        EXPECT_EQ(before == Checksum::right, number == protocol::udp) << "trackers sum it as UDP";
        ASSERT_TRUE(write_field(packet, "dport", port));
        ASSERT_TRUE(write_field(packet, "src", Bytes{10, 200, 3, 4}));
        EXPECT_EQ(checksum_of(packet), before);
        wire::OwnPacket as = header;
        as.src = Address::v4(0x0ac80304);
        as.protocol = number;
        Bytes anew(packet.begin() + 20, packet.end());
        wire::seal(as, anew, 6);
        EXPECT_EQ(Bytes(packet.begin() + 20, packet.end()), anew);
    }
}

TEST(Substitute, AlsoInWhatAnErrorQuotes) {
    const Bytes quoted = sealed_udplite(protocol::udp);
    Bytes transport = {3, 3, 0, 0, 0, 0, 0, 0};
    transport.insert(transport.end(), quoted.begin(), quoted.end());
    wire::OwnPacket outer = header;
    outer.protocol = protocol::icmp;
    Bytes packet = wire::assemble(outer, transport);
    ASSERT_TRUE(write_field(packet, "inner_sport", port));
    EXPECT_EQ(checksum_of(packet), Checksum::right);
    EXPECT_EQ(checksum_of(Bytes(packet.begin() + 28, packet.end())), Checksum::right);
    EXPECT_FALSE(read_field(quoted, "inner_sport"));
}

TEST(Substitute, BehindAnExtensionHeader) {
    const wire::OwnPacket v6 = {.family = Family::ipv6,
                                .src = {0xfd00'000a'0000'0000, 2},
                                .dst = {0xfd00'000b'0000'0000, 2},
                                .protocol = protocol::udp};
    Bytes packet = datagram(v6, protocol::udp, 48);
    const Bytes options = {protocol::udp, 0, 1, 4, 0, 0, 0, 0};
    packet[6] = 60;
    wire::put16(packet, 4, 56);
    packet.insert(packet.begin() + 40, options.begin(), options.end());
    ASSERT_TRUE(write_field(packet, "sport", port));
    EXPECT_EQ(read_field(packet, "dport"), (Bytes{0, 53}));
    EXPECT_EQ(checksum_of(packet), Checksum::right);
}

}  // namespace conntrack::oracle::test

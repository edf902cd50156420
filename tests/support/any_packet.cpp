#include "tests/support/any_packet.hpp"

#include "spec/icmp.hpp"
#include "spec/tuple.hpp"
#include "spec/wire/big_endian.hpp"
#include "spec/wire/checksum.hpp"
#include "spec/wire/layout.hpp"
#include "spec/wire/own_packet.hpp"

#include <array>

namespace conntrack::testing {

namespace {

using wire::OwnPacket;

/// Hosts inside and outside, the router's own, those that rules translate to, some that no host has, and that of a
/// filler.
constexpr std::array<Address, 13> ipv4_pool = {
    Address::v4(0x0a000002), Address::v4(0x0a000003), Address::v4(0xc0000202), Address::v4(0xc6336401),
    Address::v4(0x0a000001), Address::v4(0xc0000201), Address::v4(0xc0000264), Address::v4(0xc0000265),
    Address::v4(0x0a0000ff), Address::v4(0xe0000001), Address::v4(0x7f000001), Address::v4(0),
    Address::v4(0x0a010000)};
constexpr std::array<Address, 13> ipv6_pool = {{{0xfd00'000a'0000'0000, 2},
                                                {0xfd00'000a'0000'0000, 3},
                                                {0xfd00'000b'0000'0000, 2},
                                                {0x2001'0db8'0000'0000, 1},
                                                {0xfd00'000a'0000'0000, 1},
                                                {0xfd00'000b'0000'0000, 1},
                                                {0xfd00'000b'0000'0000, 0x64},
                                                {0xfd00'000b'0000'0000, 0x65},
                                                {0xfe80'0000'0000'0000, 2},
                                                {0xff02'0000'0000'0000, 1},
                                                {0, 1},
                                                {0, 0},
                                                {0xfd00'000a'0000'0000, 0x0a010000}}};
constexpr std::array<std::uint16_t, 8> ports = {1000, 1001, 80, 53, 5000, 5001, 0, 65535};
constexpr std::array<std::uint8_t, 10> protocols = {
    protocol::tcp, protocol::tcp,     protocol::udp,  protocol::icmp, protocol::icmpv6,
    protocol::udp, protocol::udplite, protocol::sctp, protocol::gre,  99};

Address any_address(Family family, ByteSource& bytes) {
    const std::size_t which = bytes.below(ipv4_pool.size());
    return family == Family::ipv4 ? ipv4_pool[which] : ipv6_pool[which];
}

std::uint16_t any_port(ByteSource& bytes) { return ports[bytes.below(ports.size())]; }

PacketData finish(const OwnPacket& header, PacketData transport) {
    const auto field = wire::transport_checksum_at(header.protocol);
    if (field && transport.size() >= *field + 2) seal(header, transport, *field);
    return assemble(header, transport);
}

/// The usual segments, and any other.
PacketData tcp_segment(std::uint16_t from, std::uint16_t to, ByteSource& bytes) {
    constexpr std::array<std::uint8_t, 8> usual = {0x02, 0x12, 0x10, 0x18, 0x11, 0x04, 0x14, 0x00};
    PacketData out(20);
    wire::put16(out, 0, from);
    wire::put16(out, 2, to);
    wire::put32(out, 4, 1000u + bytes.byte());
    wire::put32(out, 8, 1000u + bytes.byte());
    const std::uint8_t flags = bytes.byte();
    out[12] = 0x50;
    out[13] = flags < 0xc0 ? usual[flags % usual.size()] : bytes.byte();
    wire::put16(out, 14, 1000);
    const auto options = bytes.take(bytes.below(4) == 3 ? 8 : 0);
    if (options.size() == 8) {
        out.insert(out.end(), options.begin(), options.end());
        out[12] = 0x70;
    }
    const auto payload = bytes.take(bytes.below(8));
    out.insert(out.end(), payload.begin(), payload.end());
    return out;
}

PacketData datagram(std::uint8_t number, std::uint16_t from, std::uint16_t to, ByteSource& bytes) {
    PacketData out(8);
    wire::put16(out, 0, from);
    wire::put16(out, 2, to);
    // A long one is cut into pieces on its way.
    constexpr std::size_t long_payload = 2000;
    const std::uint8_t length = bytes.below(32);
    out.resize(8 + (length == 31 ? long_payload : length));
    if (number == protocol::udp || number == protocol::udplite)
        wire::put16(out, 4, static_cast<std::uint32_t>(out.size()));
    if (number == protocol::gre) out = {0x20, 0, 0x08, 0, 0, 0, 0, static_cast<std::uint8_t>(to)};
    return out;
}

PacketData icmp_message(std::uint8_t number, ByteSource& bytes) {
    constexpr std::array<std::uint8_t, 8> ipv4_types = {8, 0, 13, 14, 17, 18, 5, 3};
    constexpr std::array<std::uint8_t, 8> ipv6_types = {128, 129, 133, 134, 135, 137, 139, 1};
    PacketData out(12);
    const std::size_t type = bytes.below(ipv4_types.size());
    out[0] = number == protocol::icmp ? ipv4_types[type] : ipv6_types[type];
    wire::put16(out, 4, any_port(bytes));
    return out;
}

PacketData transport_of(std::uint8_t number, ByteSource& bytes) {
    if (number == protocol::icmp || number == protocol::icmpv6) return icmp_message(number, bytes);
    const std::uint16_t from = any_port(bytes), to = any_port(bytes);
    return number == protocol::tcp ? tcp_segment(from, to, bytes) : datagram(number, from, to, bytes);
}

/// The IP header's own checksum, if it has one.
void redo_header_sum(PacketData& packet) {
    if (packet.size() < 20 || packet[0] >> 4 != 4) return;
    const std::size_t header = std::min<std::size_t>((packet[0] & 0xfu) * std::size_t{4}, packet.size());
    if (header < 20) return;
    wire::put16(packet, 10, 0);
    wire::put16(packet, 10, wire::fold(wire::sum_bytes(std::span(packet).first(header))) ^ 0xffffu);
}

}  // namespace

PacketData any_packet(ByteSource& bytes) {
    OwnPacket header;
    header.family = bytes.below(4) == 3 ? Family::ipv6 : Family::ipv4;
    header.src = any_address(header.family, bytes);
    header.dst = any_address(header.family, bytes);
    header.protocol = protocols[bytes.below(protocols.size())];
    if (header.family == Family::ipv6 && header.protocol == protocol::icmp) header.protocol = protocol::icmpv6;
    return finish(header, transport_of(header.protocol, bytes));
}

PacketData answer_to(const PacketData& packet, ByteSource& bytes) {
    const auto at = wire::layout_of(packet);
    if (!at || !at->found || at->later_fragment || packet.size() < at->transport + 8) return packet;
    const std::span all(packet);
    OwnPacket header;
    header.family = at->family;
    header.src = wire::destination_of(packet, at->family);
    header.dst = wire::source_of(packet, at->family);
    header.protocol = at->protocol;
    PacketData transport(all.begin() + static_cast<std::ptrdiff_t>(at->transport), all.end());
    if (at->protocol == protocol::icmp || at->protocol == protocol::icmpv6) {
        const auto type = at->protocol == protocol::icmp ? icmp::partner(transport[0]) : icmp::v6_partner(transport[0]);
        transport[0] = type.value_or(transport[0]);
        return finish(header, std::move(transport));
    }
    const std::uint16_t from = wire::get16(transport, 2), to = wire::get16(transport, 0);
    if (at->protocol == protocol::tcp) return finish(header, tcp_segment(from, to, bytes));
    wire::put16(transport, 0, from);
    wire::put16(transport, 2, to);
    return finish(header, std::move(transport));
}

PacketData error_about(const PacketData& packet, ByteSource& bytes) {
    const auto at = wire::layout_of(packet);
    if (!at) return packet;
    const bool ipv4 = at->family == Family::ipv4;
    OwnPacket header;
    header.family = at->family;
    header.src = bytes.below(2) == 0 ? wire::destination_of(packet, at->family) : any_address(at->family, bytes);
    header.dst = wire::source_of(packet, at->family);
    header.protocol = ipv4 ? protocol::icmp : protocol::icmpv6;
    constexpr std::array<std::uint8_t, 4> ipv4_types = {3, 11, 12, 5}, ipv6_types = {1, 2, 3, 137};
    PacketData transport(8);
    transport[0] = ipv4 ? ipv4_types[bytes.below(4)] : ipv6_types[bytes.below(4)];
    constexpr std::size_t most_quoted = 576;
    const std::size_t quoted = std::min(packet.size(), most_quoted);
    transport.insert(transport.end(), packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(quoted));
    return finish(header, std::move(transport));
}

void damage(PacketData& packet, ByteSource& bytes) {
    const std::uint8_t how = bytes.byte();
    for (unsigned changes = how % 4; changes > 0 && !packet.empty(); --changes) {
        const std::size_t at = bytes.byte() % packet.size();
        packet[at] = bytes.byte();
    }
    if ((how & 0x10) != 0) packet.resize(packet.size() - std::min<std::size_t>(bytes.below(64), packet.size()));
    if ((how & 0x20) == 0) redo_header_sum(packet);
}

}  // namespace conntrack::testing

#include "tests/model/path/packets.hpp"

#include "spec/icmp.hpp"
#include "spec/tcp/flags.hpp"
#include "spec/wire/big_endian.hpp"
#include "spec/wire/checksum.hpp"
#include "spec/wire/decode.hpp"
#include "spec/wire/own_packet.hpp"

#include <algorithm>
#include <array>

namespace conntrack::testing {

namespace {

using wire::put16;
using wire::put32;

constexpr std::array<std::uint16_t, 4> client_ports = {300, 550, 1500, 1501};
constexpr std::array<std::uint16_t, 3> server_ports = {53, 80, 81};
constexpr std::uint8_t unknown_protocol = 99;
constexpr std::size_t payload_bytes = 40;

struct Pair {
    Family family;
    Address src, dst;
};

wire::OwnPacket header(const Pair& pair, std::uint8_t protocol) {
    return {.family = pair.family, .src = pair.src, .dst = pair.dst, .protocol = protocol};
}

Bytes udp(const Pair& pair, std::uint8_t protocol, std::uint16_t sport, std::uint16_t dport) {
    Bytes out(8 + payload_bytes, 0x55);
    put16(out, 0, sport);
    put16(out, 2, dport);
    put16(out, 4, static_cast<std::uint32_t>(out.size()));
    const auto own = header(pair, protocol);
    wire::seal(own, out, 6);
    return wire::assemble(own, out);
}

struct Segment {
    std::uint16_t sport, dport;
    std::uint32_t seq, ack;
    std::uint8_t flags;
};

Bytes tcp(const Pair& pair, const Segment& s) {
    constexpr std::uint8_t twenty_bytes = 5 << 4;
    Bytes out(20, 0);
    put16(out, 0, s.sport);
    put16(out, 2, s.dport);
    put32(out, 4, s.seq);
    put32(out, 8, s.ack);
    out[12] = twenty_bytes;
    out[13] = s.flags;
    put16(out, 14, 5840);
    const auto own = header(pair, protocol::tcp);
    wire::seal(own, out, 16);
    return wire::assemble(own, out);
}

/// An ICMP message with its checksum filled in; `rest` are the four bytes behind it and what follows.
Bytes icmp(const Pair& pair, std::uint8_t type, std::uint8_t code, const Bytes& rest) {
    Bytes out = {type, code, 0, 0};
    out.insert(out.end(), rest.begin(), rest.end());
    const auto own = header(pair, pair.family == Family::ipv4 ? protocol::icmp : protocol::icmpv6);
    wire::seal(own, out, 2);
    return wire::assemble(own, out);
}

Bytes echo(const Pair& pair, bool request, std::uint16_t id) {
    Bytes rest(4 + payload_bytes, 0x33);
    put16(rest, 0, id);
    const bool v4 = pair.family == Family::ipv4;
    const std::uint8_t type = v4 ? (request ? 8 : 0) : (request ? 128 : 129);
    return icmp(pair, type, 0, rest);
}

std::uint8_t opening_flags(std::uint8_t shape) {
    using namespace tcp;
    constexpr std::array<std::uint8_t, 12> usual = {flag_syn,
                                                    flag_syn,
                                                    flag_syn,
                                                    flag_syn,
                                                    flag_ack,
                                                    flag_ack,
                                                    flag_ack,
                                                    flag_fin | flag_ack,
                                                    flag_fin | flag_ack,
                                                    flag_rst,
                                                    flag_syn | flag_ack,
                                                    flag_fin};
    return usual[shape % usual.size()];
}

/// What a host says to these flags, mostly.
std::uint8_t answering_flags(std::uint8_t flags, std::uint8_t shape) {
    using namespace tcp;
    if (shape == 11) return flag_rst | flag_ack;
    if ((flags & flag_syn) != 0) return (flags & flag_ack) != 0 ? flag_ack : flag_syn | flag_ack;
    return shape >= 8 || (flags & flag_fin) != 0 ? flag_fin | flag_ack : flag_ack;
}

}  // namespace

Address inside_host(Family family, std::uint8_t number) {
    if (family == Family::ipv4) return Address::v4(0x0a00'0002 + number);
    return {0xfd00'000a'0000'0000, 2u + number};
}

Address outside_host(Family family, std::uint8_t number) {
    constexpr std::array<std::uint32_t, 4> v4 = {0xc000'0202, 0xc000'0201, 0xc000'0264, 0xc633'6402};
    constexpr std::array<Address, 4> v6 = {Address{0xfd00'000b'0000'0000, 2}, Address{0xfd00'000b'0000'0000, 1},
                                           Address{0xfd00'000b'0000'0000, 0x100}, Address{0xfd00'000c'0000'0000, 2}};
    return family == Family::ipv4 ? Address::v4(v4[number % 4]) : v6[number % 4];
}

Bytes packet_bytes(const PathMove& m, std::uint32_t seq, std::uint32_t ack) {
    const Family family = m.ipv6 ? Family::ipv6 : Family::ipv4;
    // Who opens from outside talks to the router, or to a host inside that it knows.
    const Address inside = inside_host(family, m.host), outside = outside_host(family, m.to_host);
    const Address from_outside = outside_host(family, static_cast<std::uint8_t>(m.host == 0 ? 0 : 3));
    const Address to_inside = m.to_host < 2 ? outside_host(family, static_cast<std::uint8_t>(m.to_host + 1)) : inside;
    const Pair pair = m.inward ? Pair{family, from_outside, to_inside} : Pair{family, inside, outside};
    const std::uint16_t client = client_ports[m.port % 4], server = server_ports[m.to % 3];
    // The ports of an answer, now and then: what a null binding must keep apart.
    const bool turned = m.inward && m.shape % 4 == 3;
    const std::uint16_t sport = turned ? server : client, dport = turned ? client : server;
    switch (m.protocol) {
        case 0: return udp(pair, protocol::udp, sport, dport);
        case 1: return tcp(pair, {sport, dport, seq, ack, opening_flags(m.shape)});
        case 2: return echo(pair, m.shape != 11, static_cast<std::uint16_t>(m.port < 2 ? 7 : 8));
        case 3: return udp(pair, protocol::udplite, sport, dport);
        default: break;
    }
    return wire::assemble(header(pair, unknown_protocol), Bytes(payload_bytes, 0x11));
}

std::optional<Bytes> answer_bytes(std::span<const std::uint8_t> came, const PathMove& move) {
    const auto packet = read_packet(came);
    if (!packet || packet->later_fragment || packet->fragment) return std::nullopt;
    const Pair back{packet->family, packet->dst, packet->src};
    if (packet->tcp) {
        const auto& t = *packet->tcp;
        const bool takes_one = (t.flags & (tcp::flag_syn | tcp::flag_fin)) != 0;
        constexpr std::uint32_t first = 5000;
        const std::uint32_t seq = (t.flags & tcp::flag_ack) != 0 ? t.ack : first;
        return tcp(back, {packet->dport, packet->sport, seq, t.seq + (takes_one ? 1 : 0),
                          answering_flags(t.flags, move.shape)});
    }
    if (packet->udp) return udp(back, packet->protocol, packet->dport, packet->sport);
    if (packet->icmp) {
        const bool v4 = packet->protocol == protocol::icmp;
        if (packet->icmp->type != (v4 ? 8 : 128)) return std::nullopt;
        return echo(back, false, packet->icmp->id);
    }
    return wire::assemble(header(back, packet->protocol), Bytes(payload_bytes, 0x22));
}

Bytes error_bytes(std::span<const std::uint8_t> came, const PathMove& move) {
    const auto packet = read_packet(came);
    const bool v4 = !packet || packet->family == Family::ipv4;
    const Address from = packet && move.host != 0 ? packet->dst : outside_host(v4 ? Family::ipv4 : Family::ipv6, 3);
    const Pair back{v4 ? Family::ipv4 : Family::ipv6, from, packet ? packet->src : Address{}};
    Bytes rest(4, 0);
    rest.insert(rest.end(), came.begin(), came.end());
    constexpr std::array<std::uint8_t, 4> v4_types = {3, 11, 5, 12}, v6_types = {1, 3, 2, 4};
    return icmp(back, (v4 ? v4_types : v6_types)[move.shape % 4], v4 && move.shape % 4 == 0 ? 3 : 0, rest);
}

std::vector<Bytes> in_two_fragments(std::span<const std::uint8_t> whole) {
    constexpr std::size_t ip_header = 20, first_part = 16;
    constexpr std::uint16_t more_fragments = 0x2000;
    std::vector<Bytes> out;
    for (const bool first : {true, false}) {
        const std::size_t from = ip_header + (first ? 0 : first_part);
        const std::size_t to = first ? ip_header + first_part : whole.size();
        Bytes part(whole.begin(), whole.begin() + ip_header);
        part.insert(part.end(), whole.begin() + static_cast<std::ptrdiff_t>(from),
                    whole.begin() + static_cast<std::ptrdiff_t>(to));
        put16(part, 2, static_cast<std::uint32_t>(part.size()));
        put16(part, 4, 77);
        put16(part, 6, first ? more_fragments : first_part / 8);
        put16(part, 10, 0);
        put16(part, 10, wire::complement(wire::sum_bytes(std::span(part).first(ip_header))));
        out.push_back(std::move(part));
    }
    return out;
}

std::optional<Packet> read_packet(std::span<const std::uint8_t> bytes) {
    auto decoded = wire::decode(bytes, {.checksum = wire::ChecksumPolicy::ignore, .cut = false});
    if (auto* packet = std::get_if<Packet>(&decoded)) return std::move(*packet);
    return std::nullopt;
}

}  // namespace conntrack::testing

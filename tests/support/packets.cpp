#include "tests/support/packets.hpp"

#include "spec/icmp.hpp"

namespace conntrack::testing {

Packet ip_packet(const Ends& ends, Direction dir, std::uint8_t protocol, std::uint32_t transport_length) {
    const bool original = dir == Direction::original;
    Packet p;
    p.family = ends.family;
    p.src = original ? ends.client : ends.server;
    p.dst = original ? ends.server : ends.client;
    p.sport = original ? ends.client_port : ends.server_port;
    p.dport = original ? ends.server_port : ends.client_port;
    p.protocol = protocol;
    p.hop_limit = 63;
    p.transport_length = p.transport_available = transport_length;
    p.length = transport_length + (ends.family == Family::ipv4 ? 20 : 40);
    p.checksum = Checksum::right;
    return p;
}

Packet tcp_packet(const Ends& ends, Direction dir, const TcpText& text) {
    constexpr std::uint8_t header = 40;
    Packet p = ip_packet(ends, dir, protocol::tcp, header + text.payload);
    TcpHeader h;
    h.seq = text.seq;
    h.ack = text.ack;
    h.window = text.window;
    h.header_bytes = header;
    h.flags = text.flags;
    h.options = {.any = true, .window_scale = text.window_scale, .sack_permitted = text.sack_permitted};
    h.highest_sack = text.sack_edge.value_or(text.ack);
    p.tcp = h;
    return p;
}

namespace {

Packet datagram(const Ends& ends, Direction dir, std::uint8_t protocol, std::uint32_t payload) {
    Packet p = ip_packet(ends, dir, protocol, 8 + payload);
    p.udp = UdpHeader{static_cast<std::uint16_t>(8 + payload), 0x1234};
    return p;
}

}  // namespace

Packet udp_packet(const Ends& ends, Direction dir, std::uint32_t payload) {
    return datagram(ends, dir, protocol::udp, payload);
}

Packet udplite_packet(const Ends& ends, Direction dir, std::uint32_t payload) {
    return datagram(ends, dir, protocol::udplite, payload);
}

Packet sctp_packet(const Ends& ends, Direction dir, const sctp::Header& header) {
    Packet p = ip_packet(ends, dir, protocol::sctp, static_cast<std::uint32_t>(12 + 20 * header.chunks.size()));
    p.sctp = header;
    return p;
}

Packet gre_packet(const Ends& ends, Direction dir, std::uint16_t carries) {
    Packet p = ip_packet(ends, dir, protocol::gre, 40);
    // Each side names the other's call.
    if (p.dport != 0) p.gre = GreHeader{carries, p.dport};
    return p;
}

Packet icmp_packet(const Ends& ends, Direction dir, std::uint8_t type, std::uint8_t code) {
    const bool v6 = ends.family == Family::ipv6;
    Packet p = ip_packet(ends, dir, v6 ? protocol::icmpv6 : protocol::icmp, 8 + 56);
    p.sport = p.dport = 0;
    p.icmp = IcmpHeader{type, code, ends.client_port};
    return p;
}

Packet echo_packet(const Ends& ends, Direction dir) {
    const bool v6 = ends.family == Family::ipv6;
    const bool request = dir == Direction::original;
    const std::uint8_t type = v6 ? (request ? icmp::v6_echo_request : icmp::v6_echo_reply)
                                 : (request ? icmp::echo_request : icmp::echo_reply);
    return icmp_packet(ends, dir, type, 0);
}

Packet error_about(const Packet& about) {
    const Ends back{about.family, about.dst, about.src, 0, 0};
    constexpr std::uint8_t v6_unreachable = 1;
    Packet p =
        icmp_packet(back, Direction::original, about.family == Family::ipv6 ? v6_unreachable : icmp::unreachable, 1);
    InnerPacket inner;
    inner.family = about.family;
    inner.src = about.src;
    inner.dst = about.dst;
    inner.protocol = about.protocol;
    inner.transport_bytes = 8;
    inner.sport = about.sport;
    inner.dport = about.dport;
    if (about.icmp) inner.icmp = *about.icmp;
    inner.gre = about.gre;
    p.inner = inner;
    return p;
}

}  // namespace conntrack::testing

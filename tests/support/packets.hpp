// Packets as decoding would give them, made directly: what a test of tracking needs to say of a packet, and no more.
#pragma once

#include "spec/packet.hpp"
#include "spec/tcp/flags.hpp"

namespace conntrack::testing {

/// Who talks to whom, seen from the side that sends first.
struct Ends {
    Family family = Family::ipv4;
    Address client, server;
    std::uint16_t client_port = 0, server_port = 0;
};

/// 10.0.1.2:client_port talks to 10.0.2.2:server_port.
constexpr Ends ipv4_ends(std::uint16_t client_port, std::uint16_t server_port) {
    return {Family::ipv4, Address::v4(0x0a000102), Address::v4(0x0a000202), client_port, server_port};
}

/// 2001:db8:1::2 talks to 2001:db8:2::2.
constexpr Ends ipv6_ends(std::uint16_t client_port, std::uint16_t server_port) {
    return {Family::ipv6, Address{0x2001'0db8'0001'0000, 2}, Address{0x2001'0db8'0002'0000, 2}, client_port,
            server_port};
}

/// A packet with its checks passed; `transport_length` bytes behind the IP header.
Packet ip_packet(const Ends& ends, Direction dir, std::uint8_t protocol, std::uint32_t transport_length);

struct TcpText {
    std::uint8_t flags = tcp::flag_ack;
    std::uint32_t seq = 0, ack = 0;
    std::uint32_t payload = 0;
    std::uint16_t window = 5840;
    std::optional<std::uint8_t> window_scale = std::nullopt;
    bool sack_permitted = false;
    std::optional<std::uint32_t> sack_edge = std::nullopt;
};

Packet tcp_packet(const Ends& ends, Direction dir, const TcpText& text);
Packet udp_packet(const Ends& ends, Direction dir, std::uint32_t payload = 32);
Packet udplite_packet(const Ends& ends, Direction dir, std::uint32_t payload = 32);
Packet sctp_packet(const Ends& ends, Direction dir, const sctp::Header& header);
/// GRE of version 1 if the ends have call ids for ports, else of version 0.
Packet gre_packet(const Ends& ends, Direction dir, std::uint16_t carries);
/// Echo request (original) or reply; the id is the client's port.
Packet echo_packet(const Ends& ends, Direction dir);
Packet icmp_packet(const Ends& ends, Direction dir, std::uint8_t type, std::uint8_t code);
/// An ICMP error which the receiver of `about` sends back to its sender.
Packet error_about(const Packet& about);

}  // namespace conntrack::testing

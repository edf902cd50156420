// The packets that were sent through a real router while the files in tests/data were printed, and their builders.
#pragma once

#include "model/tracker.hpp"
#include "oracle/text/addresses.hpp"
#include "spec/tcp/flags.hpp"

#include <string>
#include <vector>

namespace conntrack::oracle::test {

/// The two hosts: packets of the original direction go from client to server.
struct Ends {
    Family family = Family::ipv4;
    Address client, server;
};

inline Ends ends4() { return {Family::ipv4, parse_address("10.0.1.2")->address, parse_address("10.0.2.2")->address}; }
inline Ends ends6() { return {Family::ipv6, parse_address("fd00:1::2")->address, parse_address("fd00:2::2")->address}; }

inline Packet packet(const Ends& ends, Direction dir, std::uint8_t proto, std::uint32_t transport_bytes) {
    Packet p;
    p.family = ends.family;
    p.src = dir == Direction::original ? ends.client : ends.server;
    p.dst = dir == Direction::original ? ends.server : ends.client;
    p.protocol = proto;
    p.hop_limit = 64;
    p.transport_length = p.transport_available = transport_bytes;
    p.length = transport_bytes + (ends.family == Family::ipv4 ? 20 : 40);
    return p;
}

/// `client_port` and `server_port` whichever way the packet goes.
inline Packet with_ports(Packet p, Direction dir, std::uint16_t client_port, std::uint16_t server_port) {
    p.sport = dir == Direction::original ? client_port : server_port;
    p.dport = dir == Direction::original ? server_port : client_port;
    return p;
}

inline Packet udp(const Ends& ends, Direction dir, std::uint16_t client_port, std::uint16_t server_port,
                  std::uint8_t proto = protocol::udp) {
    Packet p = with_ports(packet(ends, dir, proto, 9), dir, client_port, server_port);
    p.udp = UdpHeader{.length = 9, .checksum = 1};
    return p;
}

struct Numbers {
    std::uint32_t seq = 0, ack = 0;
    std::uint8_t flags = 0;
};

inline Packet tcp(const Ends& ends, Direction dir, std::uint16_t client_port, const Numbers& n) {
    Packet p = with_ports(packet(ends, dir, protocol::tcp, 20), dir, client_port, 80);
    p.tcp = TcpHeader{.seq = n.seq,
                      .ack = n.ack,
                      .window = 8192,
                      .header_bytes = 20,
                      .flags = n.flags,
                      .options = {},
                      .highest_sack = n.ack,
                      .option_kinds = {}};
    return p;
}

inline Packet query(const Ends& ends, Direction dir, std::uint8_t type, std::uint16_t id) {
    Packet p = packet(ends, dir, ends.family == Family::ipv4 ? protocol::icmp : protocol::icmpv6, 20);
    p.icmp = IcmpHeader{.type = type, .code = 0, .id = id};
    return p;
}

struct Sent {
    Time at;
    Packet packet;
};

inline constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, ack = 0x10;

/// One packet every 20 ms, but the third UDP packet after two seconds: by then the flow is a stream.
inline std::vector<Sent> captured_traffic() {
    constexpr auto there = Direction::original, back = Direction::reply;
    const Ends v4 = ends4(), v6 = ends6();
    std::vector<Sent> out;
    Time now = seconds(1);
    const auto send = [&](const Packet& p) {
        out.push_back({now, p});
        now += milliseconds(20);
    };
    send(udp(v4, there, 2000, 53));
    send(udp(v4, back, 2000, 53));
    now += milliseconds(2100);
    send(udp(v4, there, 2000, 53));

    send(tcp(v4, there, 5000, {1000, 0, syn}));
    send(tcp(v4, back, 5000, {7000, 1001, syn | ack}));
    send(tcp(v4, there, 5000, {1001, 7001, ack}));
    send(tcp(v4, there, 5000, {1001, 7001, fin | ack}));
    send(tcp(v4, back, 5000, {7001, 1002, fin | ack}));
    send(tcp(v4, there, 5000, {1002, 7002, ack}));

    send(tcp(v4, there, 5001, {1000, 0, syn}));
    send(tcp(v4, back, 5001, {7000, 0, syn}));  // simultaneous open
    send(tcp(v4, there, 5002, {1000, 0, syn}));
    send(tcp(v4, back, 5002, {0, 1001, rst | ack}));
    send(tcp(v6, there, 5003, {1000, 0, syn}));
    send(tcp(v4, there, 5004, {1000, 0, syn}));
    send(tcp(v4, back, 5004, {7000, 1001, syn | ack}));
    send(tcp(v4, there, 5004, {1001, 7001, ack}));

    send(udp(v6, there, 2001, 53));
    send(udp(v4, there, 3000, 3001, protocol::udplite));
    send(udp(v4, back, 3000, 3001, protocol::udplite));
    send(query(v4, there, 8, 77));
    send(query(v4, back, 0, 77));
    send(query(v4, there, 13, 78));
    send(query(v6, there, 128, 79));
    send(query(v6, back, 129, 79));
    send(packet(v4, there, 99, 10));
    send(packet(v6, there, 99, 10));
    send(packet(v4, there, protocol::dccp, 16));
    send(packet(v4, there, 51, 16));
    return out;
}

}  // namespace conntrack::oracle::test

// Whole IP packets of a control connection, made from what a side says on it.
#pragma once

#include "spec/tuple.hpp"
#include "spec/wire/big_endian.hpp"
#include "spec/wire/checksum.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace conntrack::testing {

/// Of a TCP packet over IPv4.
inline Tuple tcp_tuple(const Address& src, std::uint16_t sport, const Address& dst, std::uint16_t dport) {
    return {.src = src,
            .dst = dst,
            .src_part = sport,
            .dst_part = dport,
            .proto = protocol::tcp,
            .family = Family::ipv4,
            .zone = 0};
}

/// A packet that travels as `t`, with that transport header and text behind it; its checksums are right. `transport`
/// begins with room for the ports.
inline std::vector<std::uint8_t> packet_of(const Tuple& t, std::vector<std::uint8_t> transport, std::string_view text) {
    transport.insert(transport.end(), text.begin(), text.end());
    wire::put16(transport, 0, t.src_part);
    wire::put16(transport, 2, t.dst_part);
    const auto sum = wire::transport_checksum_at(t.proto);
    if (sum) {
        const auto length = static_cast<std::uint32_t>(transport.size());
        wire::put16(transport, *sum, 0);
        const std::uint32_t pseudo = wire::pseudo_header_sum(t.family, t.src, t.dst, t.proto, length);
        wire::put16(transport, *sum, wire::complement(wire::sum_bytes(transport, pseudo)));
    }
    const bool v4 = t.family == Family::ipv4;
    std::vector<std::uint8_t> ip(v4 ? 20 : 40);
    ip[0] = v4 ? 0x45 : 0x60;
    ip[v4 ? 8 : 7] = 64;
    ip[v4 ? 9 : 6] = t.proto;
    const auto src = t.src.bytes(), dst = t.dst.bytes();
    const std::size_t bytes = v4 ? 4 : 16, at = v4 ? 12 : 8;
    std::copy(src.end() - static_cast<std::ptrdiff_t>(bytes), src.end(), ip.begin() + static_cast<std::ptrdiff_t>(at));
    std::copy(dst.end() - static_cast<std::ptrdiff_t>(bytes), dst.end(),
              ip.begin() + static_cast<std::ptrdiff_t>(at + bytes));
    wire::put16(ip, v4 ? 2 : 4, static_cast<std::uint32_t>(transport.size() + (v4 ? ip.size() : 0)));
    if (v4) wire::put16(ip, 10, wire::complement(wire::sum_bytes(ip)));
    ip.insert(ip.end(), transport.begin(), transport.end());
    return ip;
}

/// A TCP segment with ACK that says something.
inline std::vector<std::uint8_t> segment_of(const Tuple& t, std::uint32_t seq, std::uint32_t ack, std::string_view text,
                                            std::uint8_t flags = 0x18) {
    std::vector<std::uint8_t> header(20);
    wire::put32(header, 4, seq);
    wire::put32(header, 8, ack);
    header[12] = 5 << 4;
    header[13] = flags;
    wire::put16(header, 14, 8192);
    return packet_of(t, std::move(header), text);
}

/// A UDP datagram that says something.
inline std::vector<std::uint8_t> datagram_of(const Tuple& t, std::string_view text) {
    std::vector<std::uint8_t> header(8);
    wire::put16(header, 4, static_cast<std::uint32_t>(8 + text.size()));
    return packet_of(t, std::move(header), text);
}

/// Are the lengths and checksums of a packet of TCP or UDP right?
inline bool is_sound(std::span<const std::uint8_t> packet, std::uint8_t proto) {
    const bool v4 = packet[0] >> 4 == 4;
    const std::size_t header = v4 ? (packet[0] & 0xfU) * std::size_t{4} : 40;
    const std::size_t length = v4 ? wire::get16(packet, 2) : header + wire::get16(packet, 4);
    if (length != packet.size()) return false;
    if (v4 && wire::complement(wire::sum_bytes(packet.first(header))) != 0) return false;
    const Family family = v4 ? Family::ipv4 : Family::ipv6;
    const std::size_t at = v4 ? 12 : 8, bytes = v4 ? 4 : 16;
    const auto transport = packet.subspan(header);
    const std::uint32_t pseudo = wire::pseudo_header_sum(family, Address::from_bytes(packet.subspan(at, bytes)),
                                                         Address::from_bytes(packet.subspan(at + bytes, bytes)), proto,
                                                         static_cast<std::uint32_t>(transport.size()));
    return wire::complement(wire::sum_bytes(transport, pseudo)) == 0;
}

}  // namespace conntrack::testing

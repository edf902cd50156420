// Whole IP packets, made from what one wants to say: headers and checksums are put around it.
#pragma once

#include "spec/tuple.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace conntrack::oracle::traffic {

using Bytes = std::vector<std::uint8_t>;

/// From whom to whom, and what the IP header says besides.
struct IpText {
    Family family = Family::ipv4;
    Address src, dst;
    std::uint8_t protocol = 0;
    std::uint8_t hop_limit = 64;
    std::uint16_t id = 1;
};

struct TcpText {
    std::uint16_t sport = 0, dport = 0;
    std::uint32_t seq = 0, ack = 0;
    std::uint8_t flags = 0;
    std::uint16_t window = 0;
    Bytes options = {};  // a multiple of four bytes, at most forty
    std::size_t payload_bytes = 0;
    std::string_view text = {};  // instead of so many bytes
};

/// The IP header around what it carries. IPv4 options are a multiple of four bytes.
Bytes ip_packet(const IpText& ip, std::span<const std::uint8_t> payload, const Bytes& ipv4_options = {});
Bytes tcp_packet(const IpText& ip, const TcpText& tcp);
/// UDP, or UDP-Lite by `ip.protocol`; `coverage` is that of UDP-Lite.
Bytes udp_packet(const IpText& ip, std::uint16_t sport, std::uint16_t dport, std::size_t payload_bytes,
                 std::uint16_t coverage = 0);
/// A UDP datagram that says something.
Bytes udp_packet(const IpText& ip, std::uint16_t sport, std::uint16_t dport, std::string_view text);
/// ICMP or ICMPv6 by the family. `rest` are bytes 4 to 7.
Bytes icmp_packet(const IpText& ip, std::uint8_t type, std::uint8_t code, std::uint32_t rest,
                  std::span<const std::uint8_t> payload);

/// Redoes the IPv4 header's checksum and that of TCP, UDP, UDP-Lite, ICMP, ICMPv6 and SCTP, as far as the bytes are
/// there. That of UDP-Lite is taken over a pseudo header with `udplite_as`: 136 by RFC 3828, 17 by linux-6.18.
void seal(Bytes& packet, std::uint8_t udplite_as = protocol::udplite);

}  // namespace conntrack::oracle::traffic

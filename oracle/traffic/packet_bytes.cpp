#include "oracle/traffic/packet_bytes.hpp"

#include "spec/wire/big_endian.hpp"
#include "spec/wire/checksum.hpp"
#include "spec/wire/layout.hpp"
#include "spec/wire/sctp.hpp"

#include <algorithm>
#include <optional>

namespace conntrack::oracle::traffic {

namespace {

constexpr std::size_t ipv4_header = 20, ipv6_header = 40, tcp_header = 20, udp_header = 8, icmp_header = 8;
constexpr std::size_t ipv4_length = 2, ipv4_checksum = 10, ipv6_length = 4;

std::size_t address_bytes(Family family) { return family == Family::ipv4 ? 4 : 16; }

void put_address(Bytes& packet, std::size_t at, Family family, const Address& address) {
    const auto bytes = address.bytes();
    const std::size_t n = address_bytes(family);
    std::copy(bytes.end() - static_cast<std::ptrdiff_t>(n), bytes.end(),
              packet.begin() + static_cast<std::ptrdiff_t>(at));
}

Family family_of(const Bytes& packet) { return packet[0] >> 4 == 6 ? Family::ipv6 : Family::ipv4; }

/// The bytes that a checksum covers: of UDP-Lite only as many as it says.
std::size_t covered(std::uint8_t protocol, std::span<const std::uint8_t> transport) {
    if (protocol != protocol::udplite) return transport.size();
    const std::size_t coverage = wire::get16(transport, 4);
    return coverage < udp_header || coverage > transport.size() ? transport.size() : coverage;
}

void seal_transport(Bytes& packet, Family family, std::size_t header, std::uint8_t protocol, std::uint8_t udplite_as) {
    const auto place = wire::transport_checksum_at(protocol);
    const auto transport = std::span(packet).subspan(header);
    if (protocol == protocol::sctp && transport.size() >= wire::sctp_header_bytes)
        wire::put32(transport, wire::sctp_checksum_at, wire::sctp_checksum(transport));
    if (!place || transport.size() < *place + 2) return;
    wire::put16(transport, *place, 0);
    std::uint32_t sum = 0;
    if (protocol != protocol::icmp)
        sum = wire::pseudo_header_sum(family, wire::source_of(packet, family), wire::destination_of(packet, family),
                                      protocol == protocol::udplite ? udplite_as : protocol,
                                      static_cast<std::uint32_t>(transport.size()));
    sum = wire::sum_bytes(transport.first(covered(protocol, transport)), sum);
    const auto checksum = wire::complement(sum);
    const bool zero_means_none = protocol == protocol::udp || protocol == protocol::udplite;
    wire::put16(transport, *place, checksum == 0 && zero_means_none ? 0xffff : checksum);
}

}  // namespace

Bytes ip_packet(const IpText& ip, std::span<const std::uint8_t> payload, const Bytes& ipv4_options) {
    const bool v4 = ip.family == Family::ipv4;
    const std::size_t header = v4 ? ipv4_header + ipv4_options.size() : ipv6_header;
    Bytes out(header);
    if (v4) {
        out[0] = static_cast<std::uint8_t>(0x40 | header / 4);
        wire::put16(out, ipv4_length, static_cast<std::uint32_t>(header + payload.size()));
        wire::put16(out, 4, ip.id);
        out[8] = ip.hop_limit;
        out[9] = ip.protocol;
        std::copy(ipv4_options.begin(), ipv4_options.end(), out.begin() + ipv4_header);
    } else {
        out[0] = 0x60;
        wire::put16(out, ipv6_length, static_cast<std::uint32_t>(payload.size()));
        out[6] = ip.protocol;
        out[7] = ip.hop_limit;
    }
    const std::size_t src = v4 ? 12 : 8;
    put_address(out, src, ip.family, ip.src);
    put_address(out, src + address_bytes(ip.family), ip.family, ip.dst);
    out.insert(out.end(), payload.begin(), payload.end());
    seal(out);
    return out;
}

Bytes tcp_packet(const IpText& ip, const TcpText& tcp) {
    Bytes t(tcp_header + tcp.options.size() + (tcp.text.empty() ? tcp.payload_bytes : 0));
    wire::put16(t, 0, tcp.sport);
    wire::put16(t, 2, tcp.dport);
    wire::put32(t, 4, tcp.seq);
    wire::put32(t, 8, tcp.ack);
    t[12] = static_cast<std::uint8_t>((tcp_header + tcp.options.size()) / 4 << 4);
    t[13] = tcp.flags;
    wire::put16(t, 14, tcp.window);
    std::copy(tcp.options.begin(), tcp.options.end(), t.begin() + tcp_header);
    t.insert(t.end(), tcp.text.begin(), tcp.text.end());
    return ip_packet(ip, t);
}

Bytes udp_packet(const IpText& ip, std::uint16_t sport, std::uint16_t dport, std::size_t payload_bytes,
                 std::uint16_t coverage) {
    Bytes t(udp_header + payload_bytes);
    wire::put16(t, 0, sport);
    wire::put16(t, 2, dport);
    wire::put16(t, 4, ip.protocol == protocol::udplite ? coverage : static_cast<std::uint32_t>(t.size()));
    return ip_packet(ip, t);
}

Bytes udp_packet(const IpText& ip, std::uint16_t sport, std::uint16_t dport, std::string_view text) {
    Bytes t(udp_header);
    wire::put16(t, 0, sport);
    wire::put16(t, 2, dport);
    wire::put16(t, 4, static_cast<std::uint32_t>(t.size() + text.size()));
    t.insert(t.end(), text.begin(), text.end());
    return ip_packet(ip, t);
}

Bytes icmp_packet(const IpText& ip, std::uint8_t type, std::uint8_t code, std::uint32_t rest,
                  std::span<const std::uint8_t> payload) {
    Bytes t(icmp_header);
    t[0] = type;
    t[1] = code;
    wire::put32(t, 4, rest);
    t.insert(t.end(), payload.begin(), payload.end());
    return ip_packet(ip, t);
}

void seal(Bytes& packet, std::uint8_t udplite_as) {
    if (packet.size() < ipv4_header) return;
    if (family_of(packet) == Family::ipv6) {
        if (packet.size() >= ipv6_header) seal_transport(packet, Family::ipv6, ipv6_header, packet[6], udplite_as);
        return;
    }
    const std::size_t header = std::size_t{4} * (packet[0] & 0xf);
    if (header < ipv4_header || header > packet.size()) return;
    wire::put16(packet, ipv4_checksum, 0);
    wire::put16(packet, ipv4_checksum, wire::complement(wire::sum_bytes(std::span(packet).first(header))));
    const bool fragment = (wire::get16(packet, 6) & 0x3fff) != 0;
    if (!fragment) seal_transport(packet, Family::ipv4, header, packet[9], udplite_as);
}

}  // namespace conntrack::oracle::traffic

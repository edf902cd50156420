#include "oracle/traffic/flow.hpp"

#include "oracle/traffic/announcements.hpp"
#include "oracle/traffic/association.hpp"
#include "oracle/traffic/segment.hpp"
#include "spec/icmp.hpp"
#include "spec/packet.hpp"
#include "spec/wire/big_endian.hpp"
#include "spec/wire/layout.hpp"

#include <algorithm>

namespace conntrack::oracle::traffic {

namespace {

/// The type by which a query of this kind begins.
std::uint8_t query_type(const Flow& flow) {
    if (flow.family == Family::ipv6) return icmp::v6_echo_request;
    if (flow.kind == FlowKind::echo) return icmp::echo_request;
    constexpr std::array types = {icmp::timestamp, icmp::information, icmp::mask};
    return types[flow.client_part % types.size()];
}

std::uint8_t answer_type(const Flow& flow) {
    const std::uint8_t asked = query_type(flow);
    return flow.family == Family::ipv6 ? *icmp::v6_partner(asked) : *icmp::partner(asked);
}

Bytes datagram(const Flow& flow, Direction from, Numbers& numbers) {
    const bool original = from == Direction::original;
    const std::uint16_t coverage = numbers.one_in(3) ? 8 : 0;
    Bytes packet = udp_packet(ip_of(flow, from), original ? flow.client_part : flow.server_part,
                              original ? flow.server_part : flow.client_part, numbers.below(40), coverage);
    if (flow.kind == FlowKind::udplite && numbers.one_in(2)) seal(packet, protocol::udp);
    return packet;
}

Bytes query(const Flow& flow, Direction from) {
    const std::uint8_t type = from == Direction::original ? query_type(flow) : answer_type(flow);
    constexpr std::uint32_t sequence_number = 1;
    return icmp_packet(ip_of(flow, from), type, 0, std::uint32_t{flow.client_part} << 16 | sequence_number,
                       Bytes(12, 0x61));
}

/// A flow is one call of PPTP, or, where its call id is 0, what GRE of version 0 makes of two hosts. Sometimes a packet
/// is of another version, carries something else, or is too short.
Bytes gre_packet(const Flow& flow, Direction from, Numbers& numbers) {
    Bytes out(8 + numbers.below(12), 0x64);
    const bool pptp = flow.client_part != 0;
    out[0] = static_cast<std::uint8_t>(numbers.one_in(4) ? numbers.below(256) : 0x20);
    out[1] = pptp ? 1 : 0;
    if (numbers.one_in(10)) out[1] = static_cast<std::uint8_t>(numbers.below(256));
    wire::put16(out, 2, pptp != numbers.one_in(12) ? gre_ppp : 0x0800U);
    // Each side names the other's call.
    wire::put16(out, 6, from == Direction::original ? flow.server_part : flow.client_part);
    if (numbers.one_in(25)) out.resize(numbers.below(8));
    return ip_packet(ip_of(flow, from), out);
}

}  // namespace

Tuple Flow::tuple() const {
    Tuple t{.src = client,
            .dst = server,
            .src_part = client_part,
            .dst_part = server_part,
            .proto = protocol,
            .family = family,
            .zone = 0};
    if (kind == FlowKind::echo || kind == FlowKind::other_query) t.dst_part = icmp_part(query_type(*this), 0);
    if (kind == FlowKind::gre) {
        t.src_part = 0;
        t.dst_part = client_part == 0 ? std::uint16_t{0} : server_part;
    }
    if (kind == FlowKind::unknown) t.src_part = t.dst_part = 0;
    return t;
}

const char* Flow::interface(Direction from) const {
    return (from == Direction::original) == client_inside ? "inside" : "outside";
}

IpText ip_of(const Flow& flow, Direction from) {
    const bool original = from == Direction::original;
    return {.family = flow.family,
            .src = original ? flow.client : flow.server,
            .dst = original ? flow.server : flow.client,
            .protocol = flow.protocol};
}

Bytes next_packet(const Flow& flow, Direction from, const Tracking& tracker, Numbers& numbers) {
    switch (flow.kind) {
        case FlowKind::tcp:
        case FlowKind::ftp: return next_segment(flow, from, tracker, numbers);
        case FlowKind::tftp: return tftp_message(flow, from, numbers);
        case FlowKind::udp:
        case FlowKind::udplite: return datagram(flow, from, numbers);
        case FlowKind::echo:
        case FlowKind::other_query: return query(flow, from);
        case FlowKind::sctp: return next_sctp_packet(flow, from, tracker, numbers);
        case FlowKind::gre: return gre_packet(flow, from, numbers);
        case FlowKind::unknown: break;
    }
    return ip_packet(ip_of(flow, from), Bytes(numbers.below(30), 0x62));
}

Bytes error_about(const Bytes& about, Numbers& numbers) {
    const bool v6 = about[0] >> 4 == 6;
    const Family family = v6 ? Family::ipv6 : Family::ipv4;
    IpText ip{.family = family,
              .src = wire::destination_of(about, family),
              .dst = wire::source_of(about, family),
              .protocol = v6 ? protocol::icmpv6 : protocol::icmp};
    if (numbers.one_in(4)) ip.src.low ^= 1;  // a router on the way
    constexpr std::uint32_t strangers = 12;
    if (numbers.one_in(strangers)) ip.dst.low ^= 1;  // to somebody else
    constexpr std::array<std::uint8_t, 8> types = {3, 3, 3, 11, 11, 4, 12, 5};
    constexpr std::array<std::uint8_t, 4> v6_types = {1, 2, 3, 4};
    const std::uint8_t type = v6 ? numbers.of(v6_types) : numbers.of(types);
    constexpr std::size_t quoted_max = 576;
    std::size_t quoted = std::min(about.size(), quoted_max);
    if (!v6 && numbers.one_in(3)) quoted = std::min<std::size_t>(quoted, 28);

    return icmp_packet(ip, type, static_cast<std::uint8_t>(numbers.below(4)), 0, std::span(about).first(quoted));
}

}  // namespace conntrack::oracle::traffic

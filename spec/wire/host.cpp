#include "spec/wire/host.hpp"

#include "spec/icmp.hpp"
#include "spec/tuple.hpp"
#include "spec/wire/big_endian.hpp"
#include "spec/wire/ipv6_options.hpp"
#include "spec/wire/own_packet.hpp"

#include <array>

namespace conntrack::wire {

namespace {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

/// A packet that has come to its protocol's handler.
struct Delivered {
    View packet;
    Layout layout;
    const AnswerContext& context;

    [[nodiscard]] View transport() const { return packet.subspan(layout.transport); }
    [[nodiscard]] bool v6() const { return layout.family == Family::ipv6; }
    [[nodiscard]] bool sums_up_whole() const { return sums_up(packet, layout, transport(), transport().size()); }
};

/// The header of an answer that takes over the packet's addresses; nothing if its options cannot be returned.
std::optional<OwnPacket> header_back(const Delivered& d, std::uint8_t traffic_class) {
    OwnPacket header{.family = d.layout.family, .dst = source_of(d.packet, d.layout.family)};
    header.src = d.context.to_own_address ? destination_of(d.packet, d.layout.family) : d.context.towards_sender;
    header.protocol = d.layout.protocol;
    header.traffic_class = traffic_class;
    if (d.v6()) return header;
    auto options = returned_options(d.packet, d.context.options, header.src, d.context.ms_of_day);
    if (!options) return std::nullopt;
    header.options = std::move(*options);
    return header;
}

Answer answer_tcp(const Delivered& d) {
    constexpr std::uint8_t rst = 0x04, congestion_bits = 0x03;
    const View segment = d.transport();
    if (!d.context.to_own_address || segment.size() < 20 || (segment[13] & rst) != 0) return std::nullopt;
    const std::size_t header_bytes = (segment[12] >> 4) * std::size_t{4};
    if (header_bytes < 20 || header_bytes > segment.size() || !d.sums_up_whole()) return std::nullopt;
    const std::uint8_t service = traffic_class_of(d.packet) & static_cast<std::uint8_t>(~congestion_bits);
    auto header = header_back(d, service);
    if (!header) return std::nullopt;
    header->dont_fragment = true;
    Bytes reset = reset_of(segment);
    seal(*header, reset, 16);
    return assemble(*header, reset);
}

/// The datagram as far as its own length says, or nothing if it is bad (__udp4_lib_rcv(), __udp6_lib_rcv()).
std::optional<View> datagram(const Delivered& d) {
    const View transport = d.transport();
    if (transport.size() < 8) return std::nullopt;
    std::size_t length = get16(transport, 4);
    if (d.v6() && length == 0) length = transport.size();
    if (length > transport.size() || length < 8) return std::nullopt;
    const View own = transport.first(length);
    if (get16(transport, 6) == 0) return d.v6() ? std::nullopt : std::optional(own);
    return sums_up(d.packet, d.layout, own, length) ? std::optional(own) : std::nullopt;
}

Answer answer_udp(const Delivered& d) {
    const auto own = datagram(d);
    if (!own) return std::nullopt;
    const View quoted = d.packet.first(d.layout.transport + own->size());  // what lies behind is cut off by then
    return icmp_error(quoted, d.v6() ? ipv6_port_unreachable : ipv4_port_unreachable, d.context);
}

/// Its length is the number of bytes that the checksum covers; there must be one (udplite_checksum_init()).
Answer answer_udplite(const Delivered& d) {
    const View transport = d.transport();
    if (transport.size() < 8 || get16(transport, 6) == 0) return std::nullopt;
    std::size_t covered = get16(transport, 4);
    if (covered == 0) covered = transport.size();
    if (covered < 8 || covered > transport.size()) return std::nullopt;
    if (!sums_up(d.packet, d.layout, transport.first(covered), transport.size())) return std::nullopt;
    return icmp_error(d.packet, d.v6() ? ipv6_port_unreachable : ipv4_port_unreachable, d.context);
}

/// Sends a message back with type and code changed, under the packet's own type of service.
Answer message_back(const Delivered& d, Bytes message, std::uint8_t type, std::uint8_t code) {
    const auto header = header_back(d, traffic_class_of(d.packet));
    if (!header) return std::nullopt;
    message[0] = type;
    message[1] = code;
    seal(*header, message, 2);
    return assemble(*header, message);
}

/// Twenty bytes: the sender's time is returned, and the router's given twice (icmp_timestamp()).
Answer answer_timestamp(const Delivered& d) {
    const View request = d.transport();
    if (request.size() < 12) return std::nullopt;
    Bytes reply(request.begin(), request.begin() + 12);
    reply.resize(20);
    put32(reply, 12, d.context.ms_of_day);
    put32(reply, 16, d.context.ms_of_day);
    return message_back(d, std::move(reply), icmp::timestamp_reply, 0);
}

Answer answer_icmp(const Delivered& d) {
    const View request = d.transport();
    if (request.size() < 8 || d.context.to_many || !d.sums_up_whole()) return std::nullopt;
    if (request[0] == icmp::timestamp) return answer_timestamp(d);
    if (request[0] != icmp::echo_request) return std::nullopt;
    return message_back(d, {request.begin(), request.end()}, icmp::echo_reply, request[1]);
}

/// Also to those who ask many.
Answer answer_icmpv6(const Delivered& d) {
    const View request = d.transport();
    if (request.size() < 8 || request[0] != icmp::v6_echo_request || !d.sums_up_whole()) return std::nullopt;
    return message_back(d, {request.begin(), request.end()}, icmp::v6_echo_reply, request[1]);
}

/// Protocols that have a handler, or listeners inside the kernel, and so are never called unknown.
constexpr bool is_known_and_silent(std::uint8_t number) {
    constexpr std::uint8_t pim = 103;
    return number == pim;
}

Answer answer_ipv4(const Delivered& d) {
    constexpr std::uint8_t igmp = 2;
    switch (d.layout.protocol) {
        case protocol::tcp: return answer_tcp(d);
        case protocol::udp: return answer_udp(d);
        case protocol::udplite: return answer_udplite(d);
        case protocol::icmp: return answer_icmp(d);
        case igmp: return std::nullopt;
        default: break;
    }
    if (is_known_and_silent(d.layout.protocol)) return std::nullopt;
    return icmp_error(d.packet, ipv4_protocol_unreachable, d.context);
}

Answer answer_ipv6(Delivered d) {
    const Delivery delivery = deliver_ipv6(d.packet);
    if (!delivery.verdict.passes)
        return delivery.verdict.error ? icmp_error(d.packet, *delivery.verdict.error, d.context) : std::nullopt;
    d.layout.protocol = delivery.protocol;
    d.layout.transport = delivery.transport;
    switch (delivery.protocol) {
        case protocol::tcp: return answer_tcp(d);
        case protocol::udp: return answer_udp(d);
        case protocol::udplite: return answer_udplite(d);
        case protocol::icmpv6: return answer_icmpv6(d);
        case ipv6_header::none: return std::nullopt;
        default: break;
    }
    if (is_known_and_silent(delivery.protocol)) return std::nullopt;
    constexpr std::uint8_t unknown_next_header = 1;
    return icmp_error(d.packet, ipv6_parameter_problem(unknown_next_header, delivery.named_at), d.context);
}

}  // namespace

Answer answer_of_host(View packet, const AnswerContext& context) {
    const auto layout = layout_of(packet);
    if (!layout || layout->later_fragment) return std::nullopt;
    const Delivered delivered{.packet = packet, .layout = *layout, .context = context};
    return layout->family == Family::ipv6 ? answer_ipv6(delivered) : answer_ipv4(delivered);
}

}  // namespace conntrack::wire

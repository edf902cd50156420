#include "spec/wire/answer.hpp"

#include "spec/icmp.hpp"
#include "spec/tuple.hpp"
#include "spec/wire/big_endian.hpp"
#include "spec/wire/checksum.hpp"
#include "spec/wire/own_packet.hpp"

#include <algorithm>

namespace conntrack::wire {

namespace {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

constexpr std::size_t icmp_header_bytes = 8;
constexpr std::size_t ipv4_error_bytes = 576, ipv6_error_bytes = 1280;  // at most, with the IP header

/// The ICMP types about which errors may be sent. The kernel takes all that it does not know for errors.
constexpr bool may_be_told(std::uint8_t type) { return type <= icmp::largest_type && icmp::partner(type).has_value(); }

bool tells_about_ipv4(View packet, const Layout& layout, const AnswerContext& context) {
    if (context.to_many || layout.later_fragment || !layout.found) return false;
    if (source_of(packet, Family::ipv4) == Address{}) return false;
    if (layout.protocol != protocol::icmp) return true;
    return layout.transport < packet.size() && may_be_told(packet[layout.transport]);
}

/// An option whose bits ask for an error even if the packet was sent to many.
bool is_option_that_tells_all(View packet, const IcmpError& error) {
    constexpr IcmpError unknown_option = ipv6_parameter_problem(2, 0);
    return error.type == unknown_option.type && error.code == unknown_option.code && error.rest < packet.size() &&
           packet[error.rest] >> 6 == 2;
}

bool tells_about_ipv6(View packet, const Layout& layout, const IcmpError& error, const AnswerContext& context) {
    constexpr std::uint8_t packet_too_big = 2, information_bit = 0x80;
    const Address src = source_of(packet, Family::ipv6);
    const bool many = destination_of(packet, Family::ipv6).high >> 56 == 0xff;
    if (context.from_anycast || src == Address{} || src.high >> 56 == 0xff) return false;
    if (many && error.type != packet_too_big && !is_option_that_tells_all(packet, error)) return false;
    if (!layout.found || layout.protocol != protocol::icmpv6) return true;
    if (layout.transport >= packet.size()) return layout.later_fragment;
    return layout.later_fragment || (packet[layout.transport] & information_bit) != 0;
}

Bytes message(const IcmpError& error, View quoted) {
    Bytes out(icmp_header_bytes);
    out[0] = error.type;
    out[1] = error.code;
    put32(out, 4, error.rest);
    out.insert(out.end(), quoted.begin(), quoted.end());
    return out;
}

/// REJECT's idea of a checksum that is worth looking at (nf_reject_verify_csum()).
bool is_worth_summing(View packet, const Layout& layout) {
    constexpr std::uint8_t esp = 50, ah = 51;
    switch (layout.protocol) {
        case protocol::udp: return packet.size() - layout.transport < 8 || get16(packet, layout.transport + 6) != 0;
        case protocol::gre:
        case protocol::sctp:
        case protocol::udplite:
        case esp:
        case ah: return false;
        default: return true;
    }
}

bool rejects(View packet, const Layout& layout) {
    if (!layout.found || layout.later_fragment) return false;
    const bool v6 = layout.family == Family::ipv6;
    if (v6 && layout.transport >= packet.size()) return false;
    if (!is_worth_summing(packet, layout)) return true;
    const View transport = packet.subspan(layout.transport);
    const bool pseudo = v6 || layout.protocol == protocol::tcp || layout.protocol == protocol::udp;
    if (pseudo) return sums_up(packet, layout, transport, transport.size());
    const std::uint16_t sum = fold(sum_bytes(transport));
    return sum == 0xffff || sum == 0;
}

/// One hop further, as ip_forward() and ip6_forward() make it before FORWARD.
void age(Bytes& packet) {
    if (packet[0] >> 4 == 6) {
        --packet[7];
        return;
    }
    --packet[8];
    put16(packet, 10, fold(get16(packet, 10) + 0x100u));
}

}  // namespace

Answer icmp_error(View packet, const IcmpError& error, const AnswerContext& context) {
    const auto layout = layout_of(packet);
    if (!layout) return std::nullopt;
    const bool v6 = layout->family == Family::ipv6;
    if (v6 ? !tells_about_ipv6(packet, *layout, error, context) : !tells_about_ipv4(packet, *layout, context))
        return std::nullopt;

    OwnPacket header{.family = layout->family, .dst = source_of(packet, layout->family)};
    if (context.to_own_address || context.to_anycast)
        header.src = destination_of(packet, layout->family);
    else
        header.src = v6 ? context.on_entry_link.value_or(context.towards_sender) : context.towards_sender;
    header.protocol = v6 ? protocol::icmpv6 : protocol::icmp;
    if (!v6) {
        constexpr std::uint8_t tos_bits = 0x1e, internetwork_control = 0xc0;
        header.traffic_class = static_cast<std::uint8_t>((packet[1] & tos_bits) | internetwork_control);
        auto options = returned_options(packet, context.options, header.src, context.ms_of_day);
        if (!options) return std::nullopt;
        header.options = std::move(*options);
    }
    const std::size_t room = (v6 ? ipv6_error_bytes - 40 : ipv4_error_bytes - 20 - header.options.size());
    Bytes icmp = message(error, packet.first(std::min(packet.size(), room - icmp_header_bytes)));
    seal(header, icmp, 2);
    return assemble(header, icmp);
}

Answer reject_with_error(View packet, const IcmpError& error, const AnswerContext& context, bool forwarded) {
    const auto layout = layout_of(packet);
    if (!layout || !rejects(packet, *layout)) return std::nullopt;
    Bytes quoted(packet.begin(), packet.end());
    if (forwarded) age(quoted);
    return icmp_error(quoted, error, context);
}

Answer reject_with_reset(View packet, const AnswerContext& context) {
    constexpr std::uint8_t rst = 0x04;
    const auto layout = layout_of(packet);
    if (!layout || !layout->found || layout->later_fragment || layout->protocol != protocol::tcp || context.to_many)
        return std::nullopt;
    const View segment = packet.subspan(layout->transport);
    if (segment.size() < 20 || (segment[13] & rst) != 0) return std::nullopt;
    if (!sums_up(packet, *layout, segment, segment.size())) return std::nullopt;
    OwnPacket header{.family = layout->family,
                     .src = destination_of(packet, layout->family),
                     .dst = source_of(packet, layout->family),
                     .protocol = protocol::tcp,
                     .dont_fragment = true};
    Bytes reset = reset_of(segment);
    seal(header, reset, 16);
    return assemble(header, reset);
}

}  // namespace conntrack::wire

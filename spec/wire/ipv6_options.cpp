#include "spec/wire/ipv6_options.hpp"

#include "spec/wire/big_endian.hpp"
#include "spec/wire/layout.hpp"

#include <algorithm>

namespace conntrack::wire {

namespace {

using View = std::span<const std::uint8_t>;

constexpr std::size_t ipv6_header_bytes = 40, next_header_at = 6, destination_at = 24;
constexpr ExtensionVerdict pass{}, drop{.passes = false, .error = {}};

constexpr ExtensionVerdict tell(std::uint8_t code, std::size_t pointer) {
    return {.passes = false, .error = ipv6_parameter_problem(code, pointer)};
}

namespace option {
constexpr std::uint8_t pad1 = 0, padn = 1, router_alert = 5, calipso = 7, ioam = 0x31, jumbo = 0xc2;
}

/// The two topmost bits of an unknown option say what to do (RFC 8200, 4.2).
ExtensionVerdict unknown_option(View packet, std::size_t at) {
    constexpr std::uint8_t unknown_option_code = 2;
    const bool multicast = packet[destination_at] == 0xff;
    switch (packet[at] >> 6) {
        case 0: return pass;
        case 1: return drop;
        case 3:
            if (multicast) return drop;
            [[fallthrough]];
        default: return tell(unknown_option_code, at);
    }
}

/// A packet of more than 65,535 bytes cannot be here, so that no jumbo option is right.
ExtensionVerdict jumbo_option(View packet, std::size_t at) {
    if (packet[at + 1] != 4 || at % 4 != 2) return drop;
    if (get32(packet, at + 2) <= 0xffff) return tell(0, at + 2);
    return get16(packet, 4) != 0 ? tell(0, at) : drop;
}

ExtensionVerdict hop_by_hop_option(View packet, std::size_t at) {
    switch (packet[at]) {
        case option::router_alert: return packet[at + 1] == 2 ? pass : drop;
        case option::ioam: return at % 4 == 0 ? pass : drop;  // ioam6_enabled is 0: only its place is looked at
        case option::calipso: return drop;                    // no domain of interpretation is set up
        case option::jumbo: return jumbo_option(packet, at);
        default: return unknown_option(packet, at);
    }
}

/// The options between two offsets (ip6_parse_tlv()).
ExtensionVerdict judge_options(View packet, std::size_t at, std::size_t end, bool hop_by_hop) {
    constexpr std::size_t padding_max = 7, options_max = 8;
    std::size_t padding = 0, options = 0;
    while (at < end) {
        const bool one = packet[at] == option::pad1;
        if (!one && end - at < 2) return drop;
        const std::size_t length = one ? 1 : packet[at + 1] + std::size_t{2};
        if (length > end - at) return drop;
        if (one || packet[at] == option::padn) {
            padding += length;
            const View content = one ? View() : packet.subspan(at + 2, length - 2);
            if (padding > padding_max || std::ranges::any_of(content, [](auto b) { return b != 0; })) return drop;
        } else {
            padding = 0;
            if (++options > options_max) return drop;
            const auto verdict = hop_by_hop ? hop_by_hop_option(packet, at) : unknown_option(packet, at);
            if (!verdict.passes) return verdict;
        }
        at += length;
    }
    return pass;
}

/// The length of the extension header at `at`, or 0 if it is not all there.
std::size_t extension_bytes(View packet, std::size_t at) {
    if (at > packet.size() || packet.size() - at < 8) return 0;
    const std::size_t length = (packet[at + 1] + std::size_t{1}) * 8;
    return length <= packet.size() - at ? length : 0;
}

/// What becomes of a routing header (ipv6_rthdr_rcv(), with accept_source_route 0).
ExtensionVerdict routing_header(View packet, std::size_t at) {
    constexpr std::uint8_t rpl = 3, segment_routing = 4;
    const std::uint8_t type = packet[at + 2], segments_left = packet[at + 3];
    if (packet[destination_at] == 0xff || type == rpl || type == segment_routing) return drop;
    return segments_left == 0 ? pass : tell(0, at + 2);
}

}  // namespace

ExtensionVerdict judge_hop_by_hop(View packet) {
    if (packet.size() < ipv6_header_bytes || packet[next_header_at] != ipv6_header::hop_by_hop) return pass;
    const std::size_t length = extension_bytes(packet, ipv6_header_bytes);
    if (length == 0) return drop;
    return judge_options(packet, ipv6_header_bytes + 2, ipv6_header_bytes + length, true);
}

Delivery deliver_ipv6(View packet) {
    using namespace ipv6_header;
    Delivery out{.verdict = pass,
                 .protocol = packet[next_header_at],
                 .transport = ipv6_header_bytes,
                 .named_at = next_header_at};
    bool first = true;
    for (;; first = false) {
        const bool judged_before = first && out.protocol == hop_by_hop;  // elsewhere that is an unknown protocol
        if (out.protocol != destination && out.protocol != routing && out.protocol != fragment && !judged_before)
            return out;
        const std::size_t at = out.transport, length = out.protocol == fragment ? 8 : extension_bytes(packet, at);
        if (length == 0 || at + length > packet.size()) {
            out.verdict = drop;
            return out;
        }
        if (out.protocol == destination) out.verdict = judge_options(packet, at + 2, at + length, false);
        if (out.protocol == routing) out.verdict = routing_header(packet, at);
        if (!out.verdict.passes) return out;
        out.protocol = packet[at];
        out.named_at = at;
        out.transport = at + length;
    }
}

}  // namespace conntrack::wire

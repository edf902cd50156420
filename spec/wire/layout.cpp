#include "spec/wire/layout.hpp"

#include "spec/icmp.hpp"
#include "spec/tuple.hpp"
#include "spec/wire/big_endian.hpp"

#include <algorithm>

namespace conntrack::wire {

namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t ipv4_header_bytes = 20, ipv6_header_bytes = 40, icmp_header_bytes = 8;

}  // namespace

Chain skip_extension_headers(Bytes packet, std::size_t at, std::uint8_t next) {
    using namespace ipv6_header;
    Chain chain;
    for (;;) {
        if (next == none) {
            chain.protocol = none;
            return chain;
        }
        if (!is_extension_header(next)) break;
        // Two bytes of a header are enough to walk on, and four of a fragment header.
        if (at + (next == fragment ? 4 : 2) > packet.size()) return chain;
        std::size_t length = (std::size_t{packet[at + 1]} + 1) * 8;
        if (next == fragment) {
            length = 8;
            const std::uint16_t offset = get16(packet, at + 2);
            chain.fragment = (offset & ~0x6u) != 0;  // offset or more fragments: not an atomic fragment
            chain.later_fragment = (offset & ~0x7u) != 0;
            if (chain.later_fragment) {
                next = packet[at];
                at += length;
                break;
            }
        } else if (next == authentication) {
            length = (std::size_t{packet[at + 1]} + 2) * 4;
        }
        next = packet[at];
        at += length;
    }
    chain.found = true;
    chain.offset = std::min(at, packet.size());
    chain.protocol = next;
    return chain;
}

std::optional<Layout> layout_of(Bytes bytes, std::size_t ip, Family family) {
    Layout out{.family = family, .ip = ip};
    const bool v6 = family == Family::ipv6;
    const std::size_t header = v6 ? ipv6_header_bytes : ipv4_header_bytes;
    if (ip > bytes.size() || bytes.size() - ip < header) return std::nullopt;
    if (v6) {
        const Chain chain = skip_extension_headers(bytes, ip + header, bytes[ip + 6]);
        out.found = chain.found;
        out.transport = chain.found ? chain.offset : ip + header;
        out.protocol = chain.found ? chain.protocol : bytes[ip + 6];
        out.later_fragment = chain.later_fragment;
        return out;
    }
    const std::size_t length = (bytes[ip] & 0xfu) * std::size_t{4};
    out.found = length >= header && length <= bytes.size() - ip;
    out.transport = ip + (out.found ? length : header);
    out.protocol = bytes[ip + 9];
    out.later_fragment = (get16(bytes, ip + 6) & 0x1fff) != 0;
    return out;
}

std::optional<Layout> layout_of(Bytes packet) {
    if (packet.empty()) return std::nullopt;
    switch (packet[0] >> 4) {
        case 4: return layout_of(packet, 0, Family::ipv4);
        case 6: return layout_of(packet, 0, Family::ipv6);
        default: return std::nullopt;
    }
}

std::optional<std::size_t> quoted_offset(Bytes packet) {
    const auto layout = layout_of(packet);
    if (!layout || !layout->found || layout->later_fragment) return std::nullopt;
    const std::size_t icmp = layout->transport;
    if (packet.size() - icmp < icmp_header_bytes) return std::nullopt;
    const std::uint8_t type = packet[icmp];
    const bool v6 = layout->protocol == protocol::icmpv6;
    const bool error =
        v6 ? conntrack::icmp::v6_is_error(type) : layout->protocol == protocol::icmp && conntrack::icmp::is_error(type);
    std::size_t quoted = icmp + icmp_header_bytes;
    if (v6 && type == conntrack::icmp::v6_redirect) {
        constexpr std::uint8_t redirected_header = 4;
        const std::size_t option = icmp + 40;  // type, code, checksum, reserved, target and destination address
        if (packet.size() < option + 8 || packet[option] != redirected_header || packet[option + 1] == 0)
            return std::nullopt;
        quoted = option + 8;
    } else if (!error) {
        return std::nullopt;
    }
    return layout_of(packet, quoted, layout->family) ? std::optional(quoted) : std::nullopt;
}

Address source_of(std::span<const std::uint8_t> packet, Family family) {
    return Address::from_bytes(family == Family::ipv6 ? packet.subspan(8, 16) : packet.subspan(12, 4));
}

Address destination_of(std::span<const std::uint8_t> packet, Family family) {
    return Address::from_bytes(family == Family::ipv6 ? packet.subspan(24, 16) : packet.subspan(16, 4));
}

}  // namespace conntrack::wire

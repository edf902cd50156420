#include "spec/wire/decode.hpp"

#include "spec/icmp.hpp"
#include "spec/wire/big_endian.hpp"
#include "spec/wire/checksum.hpp"
#include "spec/wire/ipv6_options.hpp"
#include "spec/wire/layout.hpp"
#include "spec/wire/sctp.hpp"

#include <algorithm>

namespace conntrack::wire {

namespace {

using Bytes = std::span<const std::uint8_t>;

/// Of version 1 (PPTP); the others have no part that tells flows apart.
std::optional<GreHeader> read_gre(Bytes t) {
    constexpr std::uint8_t version_bits = 7;
    if (t.size() < 8 || (t[1] & version_bits) != 1) return std::nullopt;
    return GreHeader{get16(t, 2), get16(t, 6)};
}

/// A quoted packet is taken to be of the family of the quoting one: the kernel does not look at its version.
std::optional<InnerPacket> read_inner(Bytes b, Family family) {
    InnerPacket inner;
    inner.family = family;
    std::size_t at = 0;
    if (family == Family::ipv6) {
        if (b.size() < 40) return std::nullopt;
        inner.src = Address::from_bytes(b.subspan(8, 16));
        inner.dst = Address::from_bytes(b.subspan(24, 16));
        const Chain chain = skip_extension_headers(b, 40, b[6]);
        if (!chain.found) return std::nullopt;
        inner.protocol = chain.protocol;
        inner.later_fragment = chain.later_fragment;
        at = chain.offset;
    } else {
        if (b.size() < 20) return std::nullopt;
        inner.src = Address::from_bytes(b.subspan(12, 4));
        inner.dst = Address::from_bytes(b.subspan(16, 4));
        inner.protocol = b[9];
        inner.later_fragment = (get16(b, 6) & 0x1fff) != 0;
        at = (b[0] & 0xfu) * std::size_t{4};
        if (at > b.size()) return std::nullopt;
    }
    const Bytes transport = b.subspan(at);
    inner.transport_bytes = static_cast<std::uint32_t>(transport.size());
    if (transport.size() >= 4) {
        inner.sport = get16(transport, 0);
        inner.dport = get16(transport, 2);
    }
    if (transport.size() >= 8) inner.icmp = {transport[0], transport[1], get16(transport, 4)};
    if (inner.protocol == protocol::gre) inner.gre = read_gre(transport);
    return inner;
}

void read_tcp(Packet& p, Bytes t) {
    if (t.size() < 20) return;
    TcpHeader h;
    h.seq = get32(t, 4);
    h.ack = get32(t, 8);
    h.header_bytes = static_cast<std::uint8_t>((t[12] >> 4) * 4);
    h.flags = t[13];
    h.window = get16(t, 14);
    h.highest_sack = h.ack;
    h.options_cut = h.header_bytes < 20 || h.header_bytes > t.size();
    if (h.header_bytes > 20) {
        const std::size_t end = std::min<std::size_t>(h.header_bytes, t.size());
        const Bytes options = t.subspan(20, end - 20);
        h.options = tcp::read_options(options);
        h.highest_sack = tcp::highest_sack_edge(options, h.ack);
        h.option_kinds = tcp::option_kinds(options);
    }
    p.tcp = h;
}

void read_icmp(Packet& p, Bytes t) {
    if (t.size() < 8) return;
    p.icmp = IcmpHeader{t[0], t[1], get16(t, 4)};
    const bool v6 = p.protocol == protocol::icmpv6;
    if (v6 ? icmp::v6_is_error(t[0]) : icmp::is_error(t[0])) p.inner = read_inner(t.subspan(8), p.family);
    constexpr std::size_t options_at = 40;
    constexpr std::uint8_t redirected_header = 4;
    if (v6 && t[0] == icmp::v6_redirect && t.size() >= options_at + 2 && t[options_at + 1] != 0) {
        p.redirect_option_ok = true;
        if (t[options_at] == redirected_header && t.size() >= options_at + 8)
            p.redirected = read_inner(t.subspan(options_at + 8), p.family);
    }
}

void read_transport(Packet& p, Bytes t) {
    if (t.size() >= 4) {
        p.sport = get16(t, 0);
        p.dport = get16(t, 2);
    }
    switch (p.protocol) {
        case protocol::tcp: read_tcp(p, t); break;
        case protocol::udp:
        case protocol::udplite:
            if (t.size() >= 8) p.udp = UdpHeader{get16(t, 4), get16(t, 6)};
            break;
        case protocol::icmp:
        case protocol::icmpv6: read_icmp(p, t); break;
        case protocol::sctp: p.sctp = read_sctp(t); break;
        case protocol::gre: p.gre = read_gre(t); break;
        default: break;
    }
}

/// A card that would have finished the sum finds 0 in its place.
Checksum judge_sctp_checksum(Bytes t, const DecodeOptions& options) {
    if (t.size() < sctp_header_bytes) return Checksum::unchecked;
    const std::uint32_t field = get32(t, sctp_checksum_at);
    if (field == sctp_checksum(t)) return Checksum::right;
    return options.checksum == ChecksumPolicy::automatic && field == 0 ? Checksum::partial : Checksum::wrong;
}

/// The transport checksum as the trackers compute it: UDP over the whole IP payload, UDP-Lite with UDP's number.
/// For UDP-Lite, nf_ip_checksum_partial() gives csum_tcpudp_nofold() the length for the protocol and the protocol for
/// the length. The sum is the same, but where the protocol is a byte (x86) the length is cut to one.
Checksum judge_checksum(const Packet& p, Bytes t, const DecodeOptions& options) {
    if (options.checksum == ChecksumPolicy::ignore || t.size() < p.transport_length) return Checksum::unchecked;
    if (p.protocol == protocol::sctp) return judge_sctp_checksum(t, options);
    const auto field = transport_checksum_at(p.protocol);
    if (!field) return Checksum::unchecked;
    if (p.protocol == protocol::icmp) return fold(sum_bytes(t)) == 0xffff ? Checksum::right : Checksum::wrong;
    std::uint8_t number = p.protocol;
    std::uint32_t length = p.transport_length;
    Bytes covered = t;
    if (p.protocol == protocol::udplite) {
        number = protocol::udp;
        if (options.udplite_length_byte && p.family == Family::ipv4) length &= 0xff;
        if (p.udp && p.udp->length >= 8 && p.udp->length <= t.size()) covered = t.first(p.udp->length);
    }
    if (t.size() < *field + 2) return Checksum::unchecked;
    const std::uint32_t pseudo = pseudo_header_sum(p.family, p.src, p.dst, number, length);
    if (fold(sum_bytes(covered, pseudo)) == 0xffff) return Checksum::right;
    if (options.checksum == ChecksumPolicy::automatic && get16(t, *field) == fold(pseudo)) return Checksum::partial;
    return Checksum::wrong;
}

void finish(Packet& p, Bytes transport, const DecodeOptions& options) {
    p.transport_available = static_cast<std::uint32_t>(transport.size());
    if (p.later_fragment || !p.transport_found) return;
    read_transport(p, transport);
    p.checksum = judge_checksum(p, transport, options);
}

std::variant<Packet, Malformed> decode_ipv4(Bytes b, const DecodeOptions& options) {
    if (b.size() < 20) return Malformed{"shorter than an IPv4 header"};
    const std::size_t header = (b[0] & 0xfu) * std::size_t{4};
    if (header < 20) return Malformed{"IPv4 header length below five words"};
    if (header > b.size()) return Malformed{"IPv4 header cut short"};
    const std::uint16_t sum = fold(sum_bytes(b.first(header)));
    // A card that segments may also fill in the header's checksum (0 here) and total length (0 here).
    const bool offloaded = options.checksum == ChecksumPolicy::automatic && get16(b, 10) == 0;
    if (sum != 0xffff && !offloaded && options.checksum != ChecksumPolicy::ignore)
        return Malformed{"IPv4 header checksum is wrong"};
    std::size_t total = get16(b, 2);
    if (total == 0 && options.checksum == ChecksumPolicy::automatic) total = b.size();
    if (total < header) return Malformed{"IPv4 total length is below the header's"};
    if (total > b.size() && !options.cut) return Malformed{"IPv4 total length is more than there is"};

    Packet p;
    p.family = Family::ipv4;
    p.src = Address::from_bytes(b.subspan(12, 4));
    p.dst = Address::from_bytes(b.subspan(16, 4));
    p.protocol = b[9];
    p.hop_limit = b[8];
    p.length = static_cast<std::uint32_t>(total);
    p.transport_length = static_cast<std::uint32_t>(total - header);
    p.fragment = (get16(b, 6) & 0x3fff) != 0;
    p.later_fragment = (get16(b, 6) & 0x1fff) != 0;
    finish(p, b.subspan(header, std::min(total, b.size()) - header), options);
    return p;
}

/// Addresses that no packet from a link may have (ip6_rcv_core()): the loopback address at either end, a multicast
/// source, a multicast destination of scope 0 or of the interface's own.
bool has_good_ipv6_addresses(const Packet& p) {
    constexpr Address loopback{0, 1};
    constexpr std::uint64_t interface_local = 1;
    const auto multicast = [](const Address& a) { return a.high >> 56 == 0xff; };
    const std::uint64_t scope = p.dst.high >> 48 & 0xf;
    if (p.src == loopback || p.dst == loopback || multicast(p.src)) return false;
    return !multicast(p.dst) || scope > interface_local;
}

/// The length of an IPv6 packet, by its header and the bytes that are there.
std::size_t ipv6_length(Bytes b, const DecodeOptions& options) {
    const std::size_t total = std::size_t{40} + get16(b, 4);
    if (total != 40) return total;
    // Hop-by-hop options might hold a jumbo length; if they do not, the kernel takes the bytes that came.
    if (b[6] == ipv6_header::hop_by_hop) return b.size();
    const bool offloaded = options.checksum == ChecksumPolicy::automatic;  // longer than the field can say
    return offloaded && b[6] != ipv6_header::none ? b.size() : total;
}

std::variant<Packet, Malformed> decode_ipv6(Bytes b, const DecodeOptions& options) {
    if (b.size() < 40) return Malformed{"shorter than an IPv6 header"};
    const std::size_t total = ipv6_length(b, options);
    if (total > b.size() && !options.cut) return Malformed{"IPv6 payload length is more than there is"};
    b = b.first(std::min(total, b.size()));

    Packet p;
    p.family = Family::ipv6;
    p.src = Address::from_bytes(b.subspan(8, 16));
    p.dst = Address::from_bytes(b.subspan(24, 16));
    p.hop_limit = b[7];
    p.length = static_cast<std::uint32_t>(total);
    if (!options.loopback && !has_good_ipv6_addresses(p)) return Malformed{"IPv6 address that no link may carry"};
    const ExtensionVerdict hop_by_hop =
        total > b.size() || options.options_judged ? ExtensionVerdict{} : judge_hop_by_hop(b);
    if (!hop_by_hop.passes) return Malformed{"IPv6 hop-by-hop options are bad", hop_by_hop.error};
    const Chain chain = skip_extension_headers(b, 40, b[6]);
    p.transport_found = chain.found;
    p.fragment = chain.fragment;
    p.later_fragment = chain.later_fragment;
    p.protocol = chain.found || chain.protocol == ipv6_header::none ? chain.protocol : b[6];
    const std::size_t at = chain.found ? chain.offset : 40;
    p.transport_length = static_cast<std::uint32_t>(total - at);
    finish(p, b.subspan(at), options);
    return p;
}

}  // namespace

std::variant<Packet, Malformed> decode(std::span<const std::uint8_t> bytes, const DecodeOptions& options) {
    if (bytes.empty()) return Malformed{"empty"};
    switch (bytes[0] >> 4) {
        case 4: return decode_ipv4(bytes, options);
        case 6: return decode_ipv6(bytes, options);
        default: return Malformed{"IP version is neither 4 nor 6"};
    }
}

}  // namespace conntrack::wire

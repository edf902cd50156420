#include "spec/wire/rewrite.hpp"

#include "spec/icmp.hpp"
#include "spec/tuple.hpp"
#include "spec/wire/big_endian.hpp"
#include "spec/wire/checksum.hpp"
#include "spec/wire/sctp.hpp"

#include <algorithm>

namespace conntrack::wire {

namespace {

using Bytes = std::span<std::uint8_t>;
using View = std::span<const std::uint8_t>;

/// One call of replace_part(): where things stand, and what the checksums have to be told of.
struct Work {
    Bytes packet;
    Layout layout;
    Replacement to;
    RewriteSwitches switches;
    std::array<std::uint8_t, 16> address{};  // the new one, in network order, from the front

    [[nodiscard]] std::size_t address_bytes() const { return layout.family == Family::ipv6 ? 16 : 4; }
    [[nodiscard]] std::size_t address_at(std::size_t ip) const {
        const std::size_t source = ip + (layout.family == Family::ipv6 ? 8 : 12);
        return to.part == Part::source ? source : source + address_bytes();
    }
    [[nodiscard]] View new_address() const { return View(address).first(address_bytes()); }
    [[nodiscard]] View old_address(std::size_t ip) const { return packet.subspan(address_at(ip), address_bytes()); }
    [[nodiscard]] std::size_t transport_bytes() const { return packet.size() - layout.transport; }
    [[nodiscard]] std::size_t port_at() const { return layout.transport + (to.part == Part::source ? 0 : 2); }
};

/// Adjusts the checksum at `at` for words that are replaced by others.
void adjust(Bytes packet, std::size_t at, View before, View after) {
    std::uint32_t checksum = get16(packet, at);
    for (std::size_t i = 0; i + 1 < before.size(); i += 2)
        checksum = adjusted<Concrete>(checksum, get16(before, i), get16(after, i));
    put16(packet, at, checksum);
}

void adjust16(Bytes packet, std::size_t at, std::uint16_t before, std::uint16_t after) {
    std::array<std::uint8_t, 2> from{}, to{};
    put16(from, 0, before);
    put16(to, 0, after);
    adjust(packet, at, from, to);
}

/// Tells a checksum with a pseudo header of the new address, and of a new value of the port at `port`.
void adjust_for(const Work& w, std::size_t at, std::size_t port) {
    const std::size_t ip = tells_outer_address(w.layout.ip != 0, w.switches) ? 0 : w.layout.ip;
    adjust(w.packet, at, w.old_address(ip), w.new_address());
    if (w.to.value) adjust16(w.packet, at, get16(w.packet, port), *w.to.value);
}

void put_port(const Work& w) {
    if (w.to.value) put16(w.packet, w.port_at(), *w.to.value);
}

/// TCP and DCCP: `whole` bytes of header are needed to get at the checksum, eight to be rewritten at all.
bool rewrite_long_header(const Work& w, std::size_t whole, std::size_t checksum) {
    if (w.transport_bytes() < 8) return false;
    if (w.transport_bytes() >= whole) adjust_for(w, w.layout.transport + checksum, w.port_at());
    put_port(w);
    return true;
}

/// A UDP checksum of 0 says that there is none; in UDP-Lite it is summed like any other.
bool rewrite_udp(const Work& w, bool zero_is_none) {
    if (w.transport_bytes() < 8) return false;
    const std::size_t checksum = w.layout.transport + 6;
    const std::uint32_t before = get16(w.packet, checksum);
    adjust_for(w, checksum, w.port_at());
    put16(w.packet, checksum, udp_checksum<Concrete>(before, get16(w.packet, checksum), zero_is_none, w.switches));
    put_port(w);
    return true;
}

/// The CRC32c is made anew from all bytes that there are, also if these are only the beginning of a quoted packet.
bool rewrite_sctp(const Work& w) {
    if (w.transport_bytes() < (w.switches.sctp_needs_checksum_field ? sctp_header_bytes : 8)) return false;
    put_port(w);
    if (w.transport_bytes() < sctp_header_bytes) return true;
    const Bytes sctp = w.packet.subspan(w.layout.transport);
    put32(sctp, sctp_checksum_at, sctp_checksum(sctp));
    return true;
}

bool has_icmp_id(const Work& w) {
    const std::uint8_t type = w.packet[w.layout.transport];
    if (w.layout.protocol == protocol::icmpv6)
        return type == icmp::v6_echo_request || type == icmp::v6_echo_reply;  // but not node information queries
    return icmp::partner(type).has_value();
}

/// ICMP has no pseudo header, ICMPv6 has one. Only queries have an id.
bool rewrite_icmp(const Work& w) {
    if (w.transport_bytes() < 8) return false;
    const std::size_t checksum = w.layout.transport + 2, id = w.layout.transport + 4;
    if (w.layout.protocol == protocol::icmpv6) adjust(w.packet, checksum, w.old_address(w.layout.ip), w.new_address());
    if (!w.to.value || !has_icmp_id(w)) return true;
    adjust16(w.packet, checksum, get16(w.packet, id), *w.to.value);
    put16(w.packet, id, *w.to.value);
    return true;
}

/// Only version 1 (PPTP) has a key of sixteen bits, the call id of the receiver; the sender's is not in the packet.
bool rewrite_gre(const Work& w) {
    constexpr std::uint8_t version_bits = 7;
    if (w.transport_bytes() < 8) return false;
    if (w.to.part == Part::source) return true;
    const std::uint8_t version = w.packet[w.layout.transport + 1] & version_bits;
    if (version > 1) return false;
    if (version == 1 && w.to.value) put16(w.packet, w.layout.transport + 6, *w.to.value);
    return true;
}

bool rewrite_transport(const Work& w) {
    switch (w.layout.protocol) {
        case protocol::tcp: return rewrite_long_header(w, 20, 16);
        case protocol::udp: return rewrite_udp(w, true);
        case protocol::icmp:
        case protocol::icmpv6: return rewrite_icmp(w);
        case protocol::udplite: return !w.switches.udplite || rewrite_udp(w, false);
        case protocol::sctp: return !w.switches.sctp || rewrite_sctp(w);
        case protocol::dccp: return !w.switches.dccp || rewrite_long_header(w, 12, 6);
        case protocol::gre: return !w.switches.gre || rewrite_gre(w);
        default: return true;
    }
}

/// The length of a quoted IPv4 header is believed (l4proto_manip_pkt() is told iphdroff + ihl * 4), also if it is less
/// than a header takes: what is taken for ports then lies within the header.
Layout believed(Layout layout, View packet) {
    if (layout.ip == 0 || layout.family != Family::ipv4) return layout;
    constexpr std::size_t least = 20;
    const std::size_t length = (packet[layout.ip] & 0xfu) * std::size_t{4};
    if (length >= least) return layout;
    layout.found = true;
    layout.transport = layout.ip + length;
    return layout;
}

}  // namespace

bool replace_part(Bytes packet, std::size_t ip, const Replacement& replacement, const RewriteSwitches& switches) {
    const auto outer = layout_of(packet);
    if (!outer) return false;
    const auto layout = ip == 0 ? outer : layout_of(packet, ip, outer->family);
    if (!layout) return false;
    Work w{.packet = packet, .layout = believed(*layout, packet), .to = replacement, .switches = switches};
    const auto bytes = replacement.address.bytes();
    std::ranges::copy(View(bytes).last(w.address_bytes()), w.address.begin());

    if (w.layout.found && !w.layout.later_fragment && !rewrite_transport(w)) return false;
    const View before = w.old_address(ip);
    if (layout->family == Family::ipv4) adjust(packet, ip + 10, before, w.new_address());
    std::ranges::copy(w.new_address(), packet.begin() + static_cast<std::ptrdiff_t>(w.address_at(ip)));
    return true;
}

void redo_icmp_checksum(Bytes packet) {
    const auto layout = layout_of(packet);
    if (!layout || !layout->found || layout->later_fragment) return;
    const bool v6 = layout->protocol == protocol::icmpv6;
    if (!v6 && layout->protocol != protocol::icmp) return;
    const Bytes message = packet.subspan(layout->transport);
    if (message.size() < 4) return;
    put16(message, 2, 0);
    std::uint32_t pseudo = 0;
    if (v6 && layout->family == Family::ipv6)
        pseudo = pseudo_header_sum(Family::ipv6, Address::from_bytes(packet.subspan(8, 16)),
                                   Address::from_bytes(packet.subspan(24, 16)), protocol::icmpv6,
                                   static_cast<std::uint32_t>(message.size()));
    put16(message, 2, fold(sum_bytes(message, pseudo)) ^ 0xffffu);
}

}  // namespace conntrack::wire

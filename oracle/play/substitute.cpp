#include "oracle/play/substitute.hpp"

#include "spec/domain.hpp"
#include "spec/wire/big_endian.hpp"
#include "spec/wire/checksum.hpp"
#include "spec/wire/layout.hpp"

#include <algorithm>

namespace conntrack::oracle {

namespace {

using Bytes = std::span<std::uint8_t>;
using ConstBytes = std::span<const std::uint8_t>;

constexpr std::size_t least_transport = 8;

/// An IP packet with a transport header, by itself or within one that quotes it.
struct Within {
    wire::Layout layout;
    std::size_t end = 0;
};

std::optional<Within> packet_at(ConstBytes p, std::size_t ip) {
    if (ip >= p.size()) return std::nullopt;
    const bool v6 = p[ip] >> 4 == 6;
    const auto layout = wire::layout_of(p, ip, v6 ? Family::ipv6 : Family::ipv4);
    if (!layout || layout->transport + least_transport > p.size()) return std::nullopt;
    const std::size_t length = v6 ? 40u + wire::get16(p, ip + 4) : wire::get16(p, ip + 2);
    const std::size_t end = std::min(p.size(), ip + length);
    return layout->transport + least_transport <= end ? std::optional(Within{*layout, end}) : std::nullopt;
}

struct Place {
    std::size_t at, length;
};

/// The packet that a field belongs to: the whole, or the one that it quotes.
std::optional<Within> owner_of(ConstBytes p, const std::string& field) {
    const auto whole = packet_at(p, 0);
    if (!whole || !field.starts_with("inner_")) return whole;
    const auto quoted = wire::quoted_offset(p);
    return quoted ? packet_at(p, *quoted) : std::nullopt;
}

std::optional<Place> place_of(ConstBytes p, const std::string& field) {
    const auto owner = owner_of(p, field);
    if (!owner) return std::nullopt;
    const wire::Layout& layout = owner->layout;
    const std::string name = field.starts_with("inner_") ? field.substr(6) : field;
    const bool v6 = layout.family == Family::ipv6;
    const std::size_t bytes = v6 ? 16 : 4;
    if (name == "src") return Place{layout.ip + (v6 ? 8 : 12), bytes};
    if (name == "dst") return Place{layout.ip + (v6 ? 24 : 16), bytes};
    if (name == "sport") return Place{layout.transport, 2};
    if (name == "dport") return Place{layout.transport + 2, 2};
    if (name == "id") return Place{layout.transport + 4, 2};
    return std::nullopt;
}

/// Of UDP-Lite, whose trackers sum something else than its senders do (docs/findings.md): a sum that was right by the
/// one or the other stays so.
void adjust_udplite(Bytes p, const Within& packet, const Place& place, ConstBytes before) {
    const std::size_t at = packet.layout.transport + *wire::transport_checksum_at(protocol::udplite);
    std::uint32_t sum = wire::get16(p, at);
    for (std::size_t i = 0; i < place.length; i += 2)
        sum = wire::adjusted<Concrete>(sum, wire::get16(before, i), wire::get16(p, place.at + i));
    wire::put16(p, at, sum == 0 ? 0xffff : sum);
}

void redo_transport_checksum(Bytes p, const Within& packet) {
    const wire::Layout& layout = packet.layout;
    const auto field = wire::transport_checksum_at(layout.protocol);
    if (layout.protocol == protocol::udplite || !field || layout.transport + *field + 2 > packet.end) return;
    const std::size_t at = layout.transport + *field, length = packet.end - layout.transport;
    if (layout.protocol == protocol::udp && wire::get16(p, at) == 0) return;
    wire::put16(p, at, 0);
    const Address src = wire::source_of(p.subspan(layout.ip), layout.family),
                  dst = wire::destination_of(p.subspan(layout.ip), layout.family);
    const std::uint32_t pseudo =
        layout.protocol == protocol::icmp
            ? 0
            : wire::pseudo_header_sum(layout.family, src, dst, layout.protocol, static_cast<std::uint32_t>(length));
    const std::uint16_t sum = wire::complement(wire::sum_bytes(p.subspan(layout.transport, length), pseudo));
    wire::put16(p, at, layout.protocol == protocol::udp && sum == 0 ? 0xffff : sum);
}

/// First of the packet that it quotes.
void redo_checksums(Bytes p, std::size_t ip) {
    const auto packet = packet_at(p, ip);
    if (!packet) return;
    if (const auto quoted = ip == 0 ? wire::quoted_offset(p) : std::nullopt) redo_checksums(p, *quoted);
    if (packet->layout.family == Family::ipv4) {
        const std::size_t header = packet->layout.transport - ip;
        wire::put16(p, ip + 10, 0);
        wire::put16(p, ip + 10, wire::complement(wire::sum_bytes(p.subspan(ip, header))));
    }
    redo_transport_checksum(p, *packet);
}

}  // namespace

std::optional<std::vector<std::uint8_t>> read_field(std::span<const std::uint8_t> packet, const std::string& field) {
    const auto place = place_of(packet, field);
    if (!place) return std::nullopt;
    const auto bytes = packet.subspan(place->at, place->length);
    return std::vector<std::uint8_t>(bytes.begin(), bytes.end());
}

bool write_field(std::vector<std::uint8_t>& packet, const std::string& field, std::span<const std::uint8_t> value) {
    const auto place = place_of(packet, field);
    if (!place || place->length != value.size()) return false;
    const auto at = packet.begin() + static_cast<std::ptrdiff_t>(place->at);
    const std::vector<std::uint8_t> before(at, at + static_cast<std::ptrdiff_t>(place->length));
    std::ranges::copy(value, at);
    const auto owner = owner_of(packet, field);
    if (owner && owner->layout.protocol == protocol::udplite) adjust_udplite(packet, *owner, *place, before);
    redo_checksums(packet, 0);
    return true;
}

std::vector<std::uint8_t> substituted(const PacketStep& packet, const CameOut& came_out) {
    std::vector<std::uint8_t> bytes = packet.bytes;
    for (const Substitution& s : packet.substitutions) {
        const auto out = came_out(s.from_step);
        if (!out) continue;
        if (const auto value = read_field(*out, s.from)) write_field(bytes, s.field, *value);
    }
    return bytes;
}

}  // namespace conntrack::oracle

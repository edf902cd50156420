#include "spec/wire/own_packet.hpp"

#include "spec/tuple.hpp"
#include "spec/wire/big_endian.hpp"
#include "spec/wire/checksum.hpp"

#include <algorithm>

namespace conntrack::wire {

namespace {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

constexpr std::uint8_t hop_limit = 64;

void append(Bytes& to, View bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

void append_address(Bytes& to, Family family, const Address& address) {
    const auto bytes = address.bytes();
    append(to, View(bytes).subspan(family == Family::ipv4 ? 12 : 0));
}

/// A copy of the option at `at`.
Bytes option_at(View packet, std::size_t at) {
    const View option = packet.subspan(at, packet[at + 1]);
    return {option.begin(), option.end()};
}

/// Appends a recorded route, with the answer's own address if there is room.
bool return_record_route(Bytes& out, View packet, const Ipv4Options& options, const Address& own) {
    if (options.record_route == 0) return true;
    Bytes option = option_at(packet, options.record_route);
    const std::size_t next = option[2];
    if (options.record_route_needs_address && next <= option.size()) {
        if (next + 3 > option.size()) return false;
        put32(option, next - 1, own.as_v4());
        option[2] = static_cast<std::uint8_t>(next + 4);
    }
    append(out, option);
    return true;
}

bool return_timestamp(Bytes& out, View packet, const Ipv4Options& options, const Address& own, std::uint32_t ms) {
    constexpr std::uint8_t prespecified = 3;
    if (options.timestamp == 0) return true;
    Bytes option = option_at(packet, options.timestamp);
    std::size_t next = option[2];
    const bool room = next <= option.size();
    if (room && options.timestamp_needs_address) {
        if (next + 3 > option.size()) return false;
        put32(option, next - 1, own.as_v4());
        next += 4;
    }
    if (room && options.timestamp_needs_time) {
        if (next + 3 > option.size()) return false;
        if ((option[3] & 0xf) != prespecified) {
            put32(option, next - 1, ms);
            next += 4;
        }
    }
    option[2] = static_cast<std::uint8_t>(next);
    append(out, option);
    return true;
}

}  // namespace

std::vector<std::uint8_t> assemble(const OwnPacket& header, View transport) {
    Bytes out;
    if (header.family == Family::ipv6) {
        out.assign(8, 0);
        put32(out, 0, 0x6000'0000u | std::uint32_t{header.traffic_class} << 20);
        put16(out, 4, static_cast<std::uint32_t>(transport.size()));
        out[6] = header.protocol;
        out[7] = hop_limit;
    } else {
        constexpr std::uint16_t dont_fragment = 0x4000;
        const std::size_t length = 20 + header.options.size();
        out.assign(12, 0);
        out[0] = static_cast<std::uint8_t>(0x40 | length / 4);
        out[1] = header.traffic_class;
        put16(out, 2, static_cast<std::uint32_t>(length + transport.size()));
        if (header.dont_fragment) put16(out, 6, dont_fragment);
        out[8] = hop_limit;
        out[9] = header.protocol;
    }
    append_address(out, header.family, header.src);
    append_address(out, header.family, header.dst);
    if (header.family == Family::ipv4) {
        append(out, header.options);
        put16(out, 10, fold(sum_bytes(out)) ^ 0xffffu);
    }
    append(out, transport);
    return out;
}

void seal(const OwnPacket& header, std::span<std::uint8_t> transport, std::size_t field) {
    std::uint32_t pseudo = 0;
    if (header.protocol != protocol::icmp)
        pseudo = pseudo_header_sum(header.family, header.src, header.dst, header.protocol,
                                   static_cast<std::uint32_t>(transport.size()));
    put16(transport, field, 0);
    put16(transport, field, fold(sum_bytes(transport, pseudo)) ^ 0xffffu);
}

std::optional<Bytes> returned_options(View packet, const Ipv4Options& options, const Address& own, std::uint32_t ms) {
    if (options.source_route != 0) return std::nullopt;
    Bytes out;
    if (!return_record_route(out, packet, options, own)) return std::nullopt;
    if (!return_timestamp(out, packet, options, own, ms)) return std::nullopt;
    if (options.cipso != 0) append(out, option_at(packet, options.cipso));
    out.resize((out.size() + 3) / 4 * 4);
    return out;
}

std::vector<std::uint8_t> reset_of(View segment) {
    constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, ack = 0x10;
    const std::uint8_t flags = segment[13];
    Bytes out(20);
    std::copy_n(segment.begin() + 2, 2, out.begin());
    std::copy_n(segment.begin(), 2, out.begin() + 2);
    out[12] = 0x50;
    out[13] = rst;
    if ((flags & ack) != 0) {
        put32(out, 4, get32(segment, 8));
        return out;
    }
    const std::size_t data = segment.size() - (segment[12] >> 4) * std::size_t{4};
    const std::uint32_t taken = ((flags & syn) != 0 ? 1u : 0u) + ((flags & fin) != 0 ? 1u : 0u);
    put32(out, 8, get32(segment, 4) + taken + static_cast<std::uint32_t>(data));
    out[13] |= ack;
    return out;
}

std::uint8_t traffic_class_of(View packet) {
    return packet[0] >> 4 == 6 ? static_cast<std::uint8_t>(get16(packet, 0) >> 4) : packet[1];
}

bool sums_up(View packet, const Layout& layout, View covered, std::size_t pseudo_length) {
    std::uint32_t pseudo = 0;
    if (layout.protocol != protocol::icmp)
        pseudo =
            pseudo_header_sum(layout.family, source_of(packet, layout.family), destination_of(packet, layout.family),
                              layout.protocol, static_cast<std::uint32_t>(pseudo_length));
    return fold(sum_bytes(covered, pseudo)) == 0xffff;
}

}  // namespace conntrack::wire

#include "proofs/packet_bytes.hpp"

#include "spec/editions.hpp"
#include "spec/wire/big_endian.hpp"
#include "spec/wire/checksum.hpp"
#include "spec/wire/sctp.hpp"

#include <span>

namespace conntrack::proofs {

namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr std::uint32_t client = 0x0a000002, server = 0xc0000202;
constexpr std::size_t ip_header = 20, icmp_header = 8, udp_checksum = 6;

/// From where to where a packet goes.
struct Way {
    std::uint32_t src, dst;
};

void add16(Bytes& out, std::uint32_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value));
}
void add32(Bytes& out, std::uint32_t value) {
    add16(out, value >> 16);
    add16(out, value & 0xffff);
}
void put16(Bytes& out, std::size_t at, std::uint32_t value) {
    out[at] = static_cast<std::uint8_t>(value >> 8);
    out[at + 1] = static_cast<std::uint8_t>(value);
}

Way way(Direction dir) { return dir == Direction::original ? Way{client, server} : Way{server, client}; }

void add_ports(Bytes& out, Direction dir, std::uint16_t client_port, std::uint16_t server_port) {
    add16(out, dir == Direction::original ? client_port : server_port);
    add16(out, dir == Direction::original ? server_port : client_port);
}

/// The checksum over the pseudo header and the segment, put at `at`.
void seal(Bytes& transport, std::size_t at, const Way& way, std::uint8_t protocol) {
    const auto pseudo = wire::pseudo_header_sum(Family::ipv4, Address::v4(way.src), Address::v4(way.dst), protocol,
                                                static_cast<std::uint32_t>(transport.size()));
    put16(transport, at,
          static_cast<std::uint16_t>(~wire::fold(wire::sum_bytes(transport, protocol == protocol::icmp ? 0 : pseudo))));
}

Bytes in_ipv4(const Way& way, std::uint8_t protocol, const Bytes& transport) {
    Bytes out = {0x45, 0};
    add16(out, static_cast<std::uint32_t>(20 + transport.size()));
    add32(out, 0);  // neither an identifier nor a fragment
    out.push_back(64);
    out.push_back(protocol);
    add16(out, 0);
    add32(out, way.src);
    add32(out, way.dst);
    put16(out, 10, static_cast<std::uint16_t>(~wire::fold(wire::sum_bytes(out))));
    out.insert(out.end(), transport.begin(), transport.end());
    return out;
}

/// Options that say exactly what is wanted, padded to a multiple of four.
Bytes tcp_options(const TcpFields& f) {
    Bytes out;
    if (f.window_scale) out.insert(out.end(), {3, 3, *f.window_scale});
    if (f.sack_permitted) out.insert(out.end(), {4, 2});
    if (f.sack != f.ack) {
        // An edge counts if it lies ahead; one that lies behind takes two steps round.
        const bool ahead = f.sack - f.ack < 0x8000'0000;
        out.push_back(5);
        out.push_back(ahead ? 10 : 18);
        for (const std::uint32_t edge : {f.ack + 0x7fff'ffff, f.sack}) {
            if (ahead && edge != f.sack) continue;
            add32(out, edge - 1);
            add32(out, edge);
        }
    }
    if (out.empty() && f.any_option) out.push_back(1);
    while (out.size() % 4 != 0) out.push_back(1);
    return out;
}

}  // namespace

Bytes tcp_packet_bytes(Direction dir, const TcpFields& f) {
    const Bytes options = tcp_options(f);
    Bytes out;
    add_ports(out, dir, 1000, 80);
    add32(out, f.seq);
    add32(out, f.ack);
    out.push_back(static_cast<std::uint8_t>((5 + options.size() / 4) << 4));
    out.push_back(f.flags);
    add16(out, f.window);
    add32(out, 0);
    out.insert(out.end(), options.begin(), options.end());
    out.resize(out.size() + f.payload);
    seal(out, 16, way(dir), protocol::tcp);
    return in_ipv4(way(dir), protocol::tcp, out);
}

namespace {

Bytes udp_bytes(Direction dir, std::uint16_t client_port, const Way& way) {
    Bytes out;
    add_ports(out, dir, client_port, 53);
    add16(out, 12);
    add16(out, 0);
    out.resize(12);
    seal(out, udp_checksum, way, protocol::udp);
    return in_ipv4(way, protocol::udp, out);
}

}  // namespace

Bytes udp_packet_bytes(Direction dir, std::uint16_t client_port) { return udp_bytes(dir, client_port, way(dir)); }

Bytes udplite_packet_bytes(Direction dir) {
    Bytes out = udp_bytes(dir, 2000, way(dir));
    out.erase(out.begin(), out.begin() + ip_header);
    return in_ipv4(way(dir), protocol::udplite, out);
}

Bytes gre_packet_bytes(Direction dir) { return in_ipv4(way(dir), protocol::gre, {0, 0, 0x08, 0, 0, 0, 0, 0}); }

std::size_t udp_checksum_offset() { return ip_header + udp_checksum; }
std::size_t quoted_udp_checksum_offset() { return ip_header + icmp_header + udp_checksum_offset(); }

Bytes udp_unreachable_bytes(std::uint32_t seen_from) {
    const Bytes quoted = udp_bytes(Direction::original, 2000, {seen_from, server});
    Bytes out = {3, 3, 0, 0, 0, 0, 0, 0};
    out.insert(out.end(), quoted.begin(), quoted.end());
    seal(out, 2, {server, seen_from}, protocol::icmp);
    return in_ipv4({server, seen_from}, protocol::icmp, out);
}

Bytes echo_packet_bytes(Direction dir) {
    Bytes out = {static_cast<std::uint8_t>(dir == Direction::original ? 8 : 0), 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0};
    seal(out, 2, way(dir), protocol::icmp);
    return in_ipv4(way(dir), protocol::icmp, out);
}

std::uint8_t chunk_type(sctp::ChunkKind kind) {
    for (std::uint8_t type = 0; type < 16; ++type)
        if (sctp::kind_of(type, linux_6_18) == kind) return type;
    return sctp::data_chunk;
}

Bytes sctp_packet_bytes(Direction dir, const SctpFields& fields) {
    const bool opens = fields.kind == sctp::ChunkKind::init || fields.kind == sctp::ChunkKind::init_ack;
    Bytes out;
    add_ports(out, dir, 1000, 80);
    add32(out, fields.tag);
    add32(out, 0);
    out.push_back(chunk_type(fields.kind));
    out.push_back(fields.t_flag ? sctp::t_flag : 0);
    add16(out, opens ? 20 : 4);
    if (opens) {
        add32(out, fields.init_tag);
        add32(out, 65'535);
        add32(out, 0x000a'000a);
        add32(out, 1);
    }
    if (fields.data_behind) {
        constexpr std::uint32_t whole = 3, data_header = 16, payload = 4;  // first and last fragment of a message
        add16(out, sctp::data_chunk << 8 | whole);
        add16(out, data_header + payload);
        out.resize(out.size() + data_header - 4 + payload);
    }
    wire::put32(out, wire::sctp_checksum_at, wire::sctp_checksum(out) ^ (fields.wrong_checksum ? 1U : 0U));
    return in_ipv4(way(dir), protocol::sctp, out);
}

}  // namespace conntrack::proofs

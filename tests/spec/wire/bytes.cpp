#include "tests/spec/wire/bytes.hpp"

#include "spec/tuple.hpp"
#include "spec/wire/checksum.hpp"

namespace conntrack::testing {

namespace {

constexpr Address v4_client = Address::v4(0x0a000102), v4_server = Address::v4(0x0a000202);
constexpr Address v6_client{0x2001'0db8'0000'0000, 1}, v6_server{0x2001'0db8'0000'0000, 2};

Bytes address_bytes(const Address& address, Family family) {
    const auto all = address.bytes();
    return {all.begin() + (family == Family::ipv4 ? 12 : 0), all.end()};
}

/// Sets the checksum field at `at` so that the sum over a pseudo header and the bytes comes out right.
void seal(Bytes& transport, std::size_t at, Family family, std::uint8_t protocol) {
    const bool v4 = family == Family::ipv4;
    put16(transport, at, 0);
    const auto pseudo = wire::pseudo_header_sum(family, v4 ? v4_client : v6_client, v4 ? v4_server : v6_server,
                                                protocol, static_cast<std::uint32_t>(transport.size()));
    const bool plain = protocol == protocol::icmp;
    put16(transport, at, wire::complement(wire::sum_bytes(transport, plain ? 0 : pseudo)));
}

}  // namespace

Bytes join(std::initializer_list<Bytes> parts) {
    Bytes out;
    for (const Bytes& part : parts) out.insert(out.end(), part.begin(), part.end());
    return out;
}

void put16(Bytes& bytes, std::size_t at, std::uint32_t value) {
    bytes[at] = static_cast<std::uint8_t>(value >> 8);
    bytes[at + 1] = static_cast<std::uint8_t>(value);
}

Bytes ipv4(std::uint8_t protocol, const Bytes& payload, std::uint16_t fragment) {
    Bytes header = {0x45, 0, 0, 0, 0x12, 0x34, 0, 0, 63, protocol, 0, 0};
    put16(header, 2, static_cast<std::uint32_t>(20 + payload.size()));
    put16(header, 6, fragment);
    header = join({header, address_bytes(v4_client, Family::ipv4), address_bytes(v4_server, Family::ipv4)});
    put16(header, 10, wire::complement(wire::sum_bytes(header)));
    return join({header, payload});
}

Bytes ipv6(std::uint8_t next, const Bytes& payload) {
    Bytes header = {0x60, 0, 0, 0, 0, 0, next, 63};
    put16(header, 4, static_cast<std::uint32_t>(payload.size()));
    return join({header, address_bytes(v6_client, Family::ipv6), address_bytes(v6_server, Family::ipv6), payload});
}

Bytes tcp_bytes(Family family, std::uint8_t flags, const Bytes& options, const Bytes& payload) {
    const auto words = static_cast<std::uint8_t>(5 + options.size() / 4);
    const Bytes header = {0x03,  0xe8, 0,    80, 0, 0, 0, 100, 0, 0, 0, 200, static_cast<std::uint8_t>(words << 4),
                          flags, 0x16, 0xd0, 0,  0, 0, 0};
    Bytes out = join({header, options, payload});
    seal(out, 16, family, protocol::tcp);
    return out;
}

Bytes udp_bytes(Family family, const Bytes& payload) {
    Bytes out = join({{0x07, 0xd0, 0, 53, 0, 0, 0, 0}, payload});
    put16(out, 4, static_cast<std::uint32_t>(out.size()));
    seal(out, 6, family, protocol::udp);
    return out;
}

Bytes echo_bytes(Family family) {
    const bool v4 = family == Family::ipv4;
    Bytes out = {static_cast<std::uint8_t>(v4 ? 8 : 128), 0, 0, 0, 0x12, 0x34, 0, 1, 'p', 'i', 'n', 'g'};
    seal(out, 2, family, v4 ? protocol::icmp : protocol::icmpv6);
    return out;
}

Bytes error_bytes(Family family, const Bytes& quoted) {
    const bool v4 = family == Family::ipv4;
    Bytes out = join({{static_cast<std::uint8_t>(v4 ? 3 : 1), 1, 0, 0, 0, 0, 0, 0}, quoted});
    seal(out, 2, family, v4 ? protocol::icmp : protocol::icmpv6);
    return out;
}

}  // namespace conntrack::testing

// Packets as bytes, for tests of decoding: headers are joined, and lengths and checksums filled in.
#pragma once

#include "spec/address.hpp"

#include <cstdint>
#include <initializer_list>
#include <vector>

namespace conntrack::testing {

using Bytes = std::vector<std::uint8_t>;

Bytes join(std::initializer_list<Bytes> parts);
void put16(Bytes& bytes, std::size_t at, std::uint32_t value);

/// From 10.0.1.2 to 10.0.2.2, right in every field. `fragment`: flags and offset as they stand in the header.
Bytes ipv4(std::uint8_t protocol, const Bytes& payload, std::uint16_t fragment = 0);
/// From 2001:db8::1 to 2001:db8::2. `next` is the first header of the payload.
Bytes ipv6(std::uint8_t next, const Bytes& payload);

/// Transport headers with a right checksum for the addresses above.
Bytes tcp_bytes(Family family, std::uint8_t flags, const Bytes& options, const Bytes& payload);
Bytes udp_bytes(Family family, const Bytes& payload);
Bytes echo_bytes(Family family);
/// An ICMP error that quotes these bytes.
Bytes error_bytes(Family family, const Bytes& quoted);

}  // namespace conntrack::testing

// The Internet checksum (RFC 1071) and the pseudo headers of IPv4 and IPv6.
#pragma once

#include "spec/address.hpp"

#include <cstdint>
#include <span>

namespace conntrack::wire {

/// One's-complement sum of the bytes, taken as big-endian 16-bit words, added to `sum`. Not folded to its end.
std::uint32_t sum_bytes(std::span<const std::uint8_t> bytes, std::uint32_t sum = 0);

/// Folds a sum into 16 bits.
std::uint16_t fold(std::uint32_t sum);

/// The sum of a pseudo header: addresses, protocol, length of the transport part in bytes.
std::uint32_t pseudo_header_sum(Family family, const Address& src, const Address& dst, std::uint8_t protocol,
                                std::uint32_t length);

}  // namespace conntrack::wire

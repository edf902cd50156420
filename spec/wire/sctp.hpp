// Reads SCTP packets, and sums them (RFC 9260, section 6.8 and appendix A).
#pragma once

#include "spec/sctp/header.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace conntrack::wire {

inline constexpr std::size_t sctp_header_bytes = 12, sctp_checksum_at = 8;

/// `bytes` begin with the SCTP header; nothing if they are fewer than its twelve.
std::optional<sctp::Header> read_sctp(std::span<const std::uint8_t> bytes);

/// The CRC32c of a packet of twelve bytes or more, its checksum field taken as 0, as a big-endian word of that field:
/// the CRC stands there with its lowest byte first.
std::uint32_t sctp_checksum(std::span<const std::uint8_t> packet);

}  // namespace conntrack::wire

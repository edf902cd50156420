// Packets as bytes for sessions with the packet path: those of a small pool of flows, answers to what came out, and
// ICMP errors about it.
#pragma once

#include "spec/packet.hpp"
#include "tests/model/path/moves.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace conntrack::testing {

using Bytes = std::vector<std::uint8_t>;

/// The hosts of the pool. Inside are three; outside four, the second of which is the router, the third an address that
/// rules translate to, the last one behind an interface that is not always there.
Address inside_host(Family family, std::uint8_t number);
Address outside_host(Family family, std::uint8_t number);

/// A packet of a flow. `seq` and `ack` are for TCP.
Bytes packet_bytes(const PathMove& move, std::uint32_t seq, std::uint32_t ack);
/// What the receiver of `came` would send back; nothing to what is never answered.
std::optional<Bytes> answer_bytes(std::span<const std::uint8_t> came, const PathMove& move);
/// An ICMP error about `came`, from its receiver or from a router on its way.
Bytes error_bytes(std::span<const std::uint8_t> came, const PathMove& move);
/// The packet in two parts; IPv4 only, and longer than 28 bytes.
std::vector<Bytes> in_two_fragments(std::span<const std::uint8_t> whole);

/// A packet's bytes as the path reads them; nothing: malformed.
std::optional<Packet> read_packet(std::span<const std::uint8_t> bytes);

}  // namespace conntrack::testing

// Takes over a field of one packet into another and redoes the checksums: how a reply finds a port that NAT chose.
#pragma once

#include "oracle/play/scenario.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace conntrack::oracle {

/// Fields: sport dport id src dst, or the same with the prefix "inner_" in the packet that an ICMP error quotes.
/// Nothing if the packet has no such field.
std::optional<std::vector<std::uint8_t>> read_field(std::span<const std::uint8_t> packet, const std::string& field);

/// Writes the field and redoes all checksums. False if the packet has no such field or it is of another length.
bool write_field(std::vector<std::uint8_t>& packet, const std::string& field, std::span<const std::uint8_t> value);

/// The packet of a step as it is to enter. `came_out` says which packet came out in a step, if one did: a field stays
/// as it is where none did.
using CameOut = std::function<std::optional<std::span<const std::uint8_t>>(std::size_t step)>;
std::vector<std::uint8_t> substituted(const PacketStep& packet, const CameOut& came_out);

}  // namespace conntrack::oracle

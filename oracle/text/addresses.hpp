// Addresses, networks and bytes as text.
#pragma once

#include "model/router.hpp"
#include "spec/address.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace conntrack::oracle {

struct ParsedAddress {
    Family family;
    Address address;
};

/// "10.0.0.1" or "fd00::1".
std::optional<ParsedAddress> parse_address(const std::string& text);
/// "10.0.0.0/8"; without a length, a single address.
std::optional<Network> parse_network(const std::string& text);

/// The usual short form.
std::string to_text(Family family, const Address& address);
/// IPv6 as eight groups of four digits, as /proc shows it; IPv4 as usual.
std::string to_long_text(Family family, const Address& address);

std::optional<std::vector<std::uint8_t>> parse_hex(const std::string& text);
std::string to_hex(std::span<const std::uint8_t> bytes);

}  // namespace conntrack::oracle

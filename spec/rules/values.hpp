// The values of options: numbers, ranges, marks, addresses. All throw ParseFailure that says what was expected.
#pragma once

#include "spec/rules/match.hpp"
#include "spec/rules/names.hpp"
#include "spec/rules/words.hpp"

#include <cstdint>
#include <string_view>

namespace conntrack::rules {

/// A number as iptables reads it: decimal, 0x hexadecimal, or octal behind a 0; nothing else, and at most `max`.
std::uint64_t read_number(const Part& part, std::uint64_t max, std::string_view what);

/// Decimal digits alone, up to 2^64 - 1.
std::uint64_t read_counter(const Part& part);

std::uint16_t read_port(const Part& part);
/// "5", or two ports with `separator` between; with `open` either may be missing (0 and 65535).
PortRange read_ports(const Part& part, char separator, bool open);

/// The ports of an option, "5", "5:9", ":9" or "5:". Every port with a `!` is refused: iptables-save loses it.
Inverting<PortRange> read_ports_option(const Part& part, bool invert);

/// "5", "5:9", ":9", "5:"
Range<std::uint32_t> read_seconds(const Part& part);

/// A protocol's number or name; `all` is 0.
std::uint8_t read_protocol(const Part& part);

struct MarkValue {
    std::uint32_t value = 0, mask = 0xffff'ffff;
};
/// "0x1" or "0x1/0xff"
MarkValue read_mark(const Part& part);

/// An address without mask.
Address read_address(const Part& part, Family family);

/// "10.0.0.0/8", "10.0.0.0/255.0.0.0"; a lone address is one of 32 (128) bits. Bits outside the mask stay as given.
MaskedAddress read_network(const Part& part, Family family);

/// Names with commas between, as bits.
std::uint32_t read_bits(const Part& part, std::span<const NamedNumber> names, std::string_view what);

/// How long the prefix is that a mask stands for; nothing if it is none.
std::optional<unsigned> prefix_length(const Address& mask, Family family);
Address prefix_mask(unsigned length, Family family);

}  // namespace conntrack::rules

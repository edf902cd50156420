#include "oracle/text/addresses.hpp"

#include "spec/address_text.hpp"

#include <fmt/format.h>
#include <charconv>

namespace conntrack::oracle {

std::optional<ParsedAddress> parse_address(const std::string& text) {
    for (const Family family : {Family::ipv4, Family::ipv6})
        if (const auto address = read_address(family, text)) return ParsedAddress{family, *address};
    return std::nullopt;
}

std::optional<Network> parse_network(const std::string& text) {
    const auto slash = text.find('/');
    const auto address = parse_address(text.substr(0, slash));
    if (!address) return std::nullopt;
    const unsigned full = address->family == Family::ipv4 ? 32 : 128;
    unsigned bits = full;
    if (slash != std::string::npos) {
        const char* begin = text.data() + slash + 1;
        const char* end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(begin, end, bits);
        if (error != std::errc{} || rest != end || bits > full) return std::nullopt;
    }
    return Network{address->family, address->address, bits};
}

std::string to_text(Family family, const Address& address) { return address_text(family, address); }

std::string to_long_text(Family family, const Address& address) {
    if (family == Family::ipv4) return to_text(family, address);
    const auto b = address.bytes();
    std::string out;
    for (std::size_t i = 0; i < 16; i += 2) out += fmt::format("{}{:02x}{:02x}", i == 0 ? "" : ":", b[i], b[i + 1]);
    return out;
}

std::optional<std::vector<std::uint8_t>> parse_hex(const std::string& text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::vector<std::uint8_t> out(text.size() / 2);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const char* at = text.data() + 2 * i;
        const auto [rest, error] = std::from_chars(at, at + 2, out[i], 16);
        if (error != std::errc{} || rest != at + 2) return std::nullopt;
    }
    return out;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const std::uint8_t b : bytes) {
        out += digits[b >> 4];
        out += digits[b & 0xf];
    }
    return out;
}

}  // namespace conntrack::oracle

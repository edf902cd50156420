#include "spec/rules/values.hpp"

#include "spec/address_text.hpp"

#include <bit>
#include <charconv>

namespace conntrack::rules {

namespace {

/// All of `text` as a number of `base`.
bool whole_number(std::string_view text, int base, std::uint64_t& value) {
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value, base);
    return error == std::errc{} && rest == end;
}

std::string ticked(std::string_view text) { return "`" + std::string(text) + "`"; }

}  // namespace

// Source: xtables_strtoul(), that is strtoul() with base 0.
std::uint64_t read_number(const Part& part, std::uint64_t max, std::string_view what) {
    const std::string_view text = part.text;
    std::uint64_t value = 0;
    const bool hex = text.starts_with("0x") || text.starts_with("0X");
    const bool octal = !hex && text.size() > 1 && text.front() == '0';
    const bool read = hex ? whole_number(text.substr(2), 16, value) : whole_number(text, octal ? 8 : 10, value);
    if (!read || value > max)
        fail(part,
             ticked(text) + " is no " + std::string(what) + ": expected a number from 0 to " + std::to_string(max));
    return value;
}

std::uint64_t read_counter(const Part& part) {
    std::uint64_t value = 0;
    if (!whole_number(part.text, 10, value))
        fail(part, ticked(part.text) + " is no counter: expected a number of at most 64 bits");
    return value;
}

std::uint16_t read_port(const Part& part) { return static_cast<std::uint16_t>(read_number(part, 65535, "port")); }

PortRange read_ports(const Part& part, char separator, bool open) {
    const std::size_t middle = part.text.find(separator);
    if (middle == part.text.npos) {
        const std::uint16_t port = read_port(part);
        return {port, port};
    }
    const Part first = part.part(0, middle), second = part.part(middle + 1);
    PortRange range{0, 65535};
    if (!open || !first.text.empty()) range.min = read_port(first);
    if (!open || !second.text.empty()) range.max = read_port(second);
    if (range.max < range.min) fail(part, "the range " + ticked(part.text) + " ends before it begins");
    return range;
}

Inverting<PortRange> read_ports_option(const Part& part, bool invert) {
    const Inverting<PortRange> ports{read_ports(part, ':', true), invert};
    if (invert && ports.value == PortRange{0, 65535}) fail(part, "a rule for no port at all never matches");
    return ports;
}

Range<std::uint32_t> read_seconds(const Part& part) {
    constexpr std::uint32_t largest = 0xffff'ffff;
    auto seconds = [](const Part& p) {
        return static_cast<std::uint32_t>(read_number(p, largest, "number of seconds"));
    };
    const std::size_t middle = part.text.find(':');
    if (middle == part.text.npos) {
        const std::uint32_t value = seconds(part);
        return {value, value};
    }
    const Part first = part.part(0, middle), second = part.part(middle + 1);
    const Range<std::uint32_t> range{first.text.empty() ? 0 : seconds(first),
                                     second.text.empty() ? largest : seconds(second)};
    if (range.max < range.min) fail(part, "the range " + ticked(part.text) + " ends before it begins");
    return range;
}

std::uint8_t read_protocol(const Part& part) {
    if (same_word(part.text, "all")) return 0;
    if (const auto number = find_number(protocol_names(), part.text)) return static_cast<std::uint8_t>(*number);
    const bool digits = !part.text.empty() && part.text.front() >= '0' && part.text.front() <= '9';
    if (digits) return static_cast<std::uint8_t>(read_number(part, 255, "protocol"));
    auto known = name_list(protocol_names());
    known.emplace_back("all");
    fail(part, "unknown protocol " + ticked(part.text) + ": expected a name or a number from 0 to 255", known);
}

MarkValue read_mark(const Part& part) {
    const std::size_t slash = part.text.find('/');
    auto word = [](const Part& p, std::string_view what) {
        return static_cast<std::uint32_t>(read_number(p, 0xffff'ffff, what));
    };
    MarkValue mark{word(part.part(0, slash), "mark")};
    if (slash != part.text.npos) mark.mask = word(part.part(slash + 1), "mask of a mark");
    return mark;
}

Address read_address(const Part& part, Family family) {
    const auto address = conntrack::read_address(family, part.text);
    if (address) return *address;
    const std::string expected = family == Family::ipv4 ? "an IPv4 address" : "an IPv6 address";
    const bool other =
        conntrack::read_address(family == Family::ipv4 ? Family::ipv6 : Family::ipv4, part.text).has_value();
    if (other) fail(part, ticked(part.text) + " is of the other family: expected " + expected);
    fail(part, ticked(part.text) + " is no address: expected " + expected + " (names are not looked up)");
}

Address prefix_mask(unsigned length, Family family) {
    constexpr std::uint64_t ones = ~std::uint64_t{0};
    auto upper = [](unsigned bits) { return bits == 0 ? 0 : ones << (64 - bits); };
    if (family == Family::ipv4) return Address::v4(static_cast<std::uint32_t>(upper(length) >> 32));
    return {upper(length < 64 ? length : 64), upper(length < 64 ? 0 : length - 64)};
}

std::optional<unsigned> prefix_length(const Address& mask, Family family) {
    const auto bits = static_cast<unsigned>(std::popcount(mask.high) + std::popcount(mask.low));
    if (mask != prefix_mask(bits, family)) return std::nullopt;
    return bits;
}

MaskedAddress read_network(const Part& part, Family family) {
    const unsigned full = family == Family::ipv4 ? 32 : 128;
    if (part.text.find(',') != part.text.npos)
        fail(part, ticked(part.text) + " is a list of addresses, which makes several rules: write each");
    const std::size_t slash = part.text.find('/');
    MaskedAddress network{read_address(part.part(0, slash), family), prefix_mask(full, family)};
    if (slash == part.text.npos) return network;
    const Part mask = part.part(slash + 1);
    if (const auto written_out = conntrack::read_address(family, mask.text))
        network.mask = *written_out;
    else
        network.mask = prefix_mask(static_cast<unsigned>(read_number(mask, full, "length of a prefix")), family);
    return network;
}

std::uint32_t read_bits(const Part& part, std::span<const NamedNumber> names, std::string_view what) {
    std::uint32_t bits = 0;
    for (const Part& word : split(part, ',')) {
        const auto number = find_number(names, word.text);
        if (!number) fail(word, "unknown " + std::string(what) + " " + ticked(word.text), name_list(names));
        bits |= *number;
    }
    return bits;
}

}  // namespace conntrack::rules

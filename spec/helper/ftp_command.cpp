#include "spec/helper/ftp_command.hpp"

#include <arpa/inet.h>
#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace conntrack::helper::ftp {

namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr std::uint32_t value_of(char digit) { return static_cast<std::uint32_t>(digit - '0'); }
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Bytes below 33 and above 126 are no delimiters, nor are digits.
constexpr bool may_delimit(char c) { return c >= 33 && c <= 126 && !is_digit(c); }

constexpr char any_end = '\0';  // as an end: any character that belongs to no number

/// Numbers between separators, of any size; how many characters they take, or 0. `end`: what must follow.
std::size_t read_numbers(std::string_view text, std::span<std::uint32_t> numbers, char separator, char end) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < text.size() && at < numbers.size(); ++i) {
        if (is_digit(text[i]))
            numbers[at] = numbers[at] * 10 + value_of(text[i]);
        else if (text[i] == separator)
            ++at;
        else
            return at + 1 == numbers.size() && (end == any_end || text[i] == end) ? i : 0;
    }
    return 0;
}

constexpr Address ipv4_of(std::span<const std::uint32_t> n) {
    return Address::v4(n[0] << 24 | n[1] << 16 | n[2] << 8 | n[3]);
}

/// Four numbers, as the kernel stores them: over the first bytes of an address of any family.
Address with_ipv4(Address own, Family family, std::span<const std::uint32_t> n) {
    if (family == Family::ipv4) return ipv4_of(n);
    own.high = (own.high & 0xffff'ffffULL) | std::uint64_t{ipv4_of(n).as_v4()} << 32;
    return own;
}

struct Read {
    Address address;
    std::uint16_t port = 0;
    std::size_t begin = 0, length = 0;  // length 0: it cannot be understood
};

/// A port that a delimiter ends, from `start` on. How far it goes with its delimiter; 0: there is none.
std::size_t read_port(std::string_view text, std::size_t start, char delimiter, std::uint16_t& port) {
    std::uint16_t value = 0;
    for (std::size_t i = start; i < text.size(); ++i) {
        if (text[i] == delimiter) {
            if (value == 0) return 0;
            port = value;
            return i + 1;
        }
        if (!is_digit(text[i])) return 0;
        value = static_cast<std::uint16_t>(value * 10U + value_of(text[i]));
    }
    return 0;
}

/// Six numbers: 192,168,1,1,5,6.
Read read_six(std::string_view text, char end, Family family, const Address& own) {
    std::array<std::uint32_t, 6> n{};
    Read out;
    out.length = read_numbers(text, n, ',', end);
    out.address = with_ipv4(own, family, n);
    out.port = static_cast<std::uint16_t>(n[4] << 8 | n[5]);
    return out;
}

/// ... from the first digit on, wherever that is (RFC 1123).
Read read_six_somewhere(std::string_view text, Family family, const Address& own) {
    const auto first = static_cast<std::size_t>(std::ranges::find_if(text, is_digit) - text.begin());
    Read out = read_six(text.substr(first), any_end, family, own);
    out.begin = first;
    return out;
}

/// How many characters an IPv6 address takes that a delimiter ends; 0: there is none.
std::size_t read_ipv6(std::string_view text, char delimiter, Address& address) {
    const std::size_t end = text.find(delimiter);
    if (end == std::string_view::npos) return 0;
    std::array<std::uint8_t, 16> bytes{};
    if (inet_pton(AF_INET6, std::string(text.substr(0, end)).c_str(), bytes.data()) != 1) return 0;
    address = Address::from_bytes(bytes);
    return end;
}

/// |1|192.168.1.1|1286| or |2|fd00::1|1286|.
Read read_extended(std::string_view text, Family family, const Edition& edition) {
    Read out;
    if (text.size() <= 3 || !may_delimit(text[0]) || text[2] != text[0]) return out;
    const bool v6 = family == Family::ipv6;
    if (text[1] != (v6 ? '2' : '1') || (v6 && !edition.helper.ipv6)) return out;
    const std::string_view rest = text.substr(3);
    std::array<std::uint32_t, 4> n{};
    const std::size_t length = v6 ? read_ipv6(rest, text[0], out.address) : read_numbers(rest, n, '.', text[0]);
    if (length == 0) return out;
    if (!v6) out.address = ipv4_of(n);
    out.length = read_port(text, 3 + length + 1, text[0], out.port);
    return out;
}

/// |||1286|.
Read read_extended_passive(std::string_view text, const Address& own) {
    Read out;
    out.address = own;
    if (text.size() <= 3 || !may_delimit(text[0]) || text[1] != text[0] || text[2] != text[0]) return out;
    out.length = read_port(text, 3, text[0], out.port);
    return out;
}

struct Pattern {
    Form form;
    std::string_view word;
    char before_text, end;  // 0: none
};

constexpr std::array<Pattern, 2> of_client = {{{Form::port, "PORT", ' ', '\r'}, {Form::eprt, "EPRT", ' ', '\r'}}};
constexpr std::array<Pattern, 2> of_server = {
    {{Form::passive, "227 ", '(', ')'}, {Form::extended_passive, "229 ", '(', ')'}}};

bool same_word(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

Read read_text(const Pattern& pattern, std::string_view text, Family family, const Address& own,
               const Edition& edition) {
    switch (pattern.form) {
        case Form::port: return read_six(text, pattern.end, family, own);
        case Form::eprt: return read_extended(text, family, edition);
        case Form::passive:
            return edition.helper.passive_reply_needs_parenthesis ? read_six(text, pattern.end, family, own)
                                                                  : read_six_somewhere(text, family, own);
        case Form::extended_passive: return read_extended_passive(text, own);
    }
    return {};
}

Command read_as(const Pattern& pattern, std::string_view line, Family family, const Address& own,
                const Edition& edition) {
    Command out;
    out.form = pattern.form;
    if (line.size() <= pattern.word.size()) {
        if (same_word(line, pattern.word.substr(0, line.size()))) out.kind = Command::Kind::incomplete;
        return out;
    }
    if (!same_word(line.substr(0, pattern.word.size()), pattern.word)) return out;
    out.kind = Command::Kind::incomplete;
    std::size_t begin = pattern.word.size();
    const bool skips = pattern.form != Form::passive || edition.helper.passive_reply_needs_parenthesis;
    if (skips) {
        begin = line.find(pattern.before_text, begin);
        if (begin == std::string_view::npos) return out;
        ++begin;
    }
    const Read read = read_text(pattern, line.substr(begin), family, own, edition);
    if (read.length == 0) return out;
    out.kind = Command::Kind::complete;
    out.address = read.address;
    out.port = read.port;
    out.offset = begin + read.begin;
    out.length = read.length;
    return out;
}

}  // namespace

Command read_command(std::string_view line, Direction dir, Family family, const Address& own, const Edition& edition) {
    for (const Pattern& pattern : dir == Direction::original ? of_client : of_server) {
        const Command command = read_as(pattern, line, family, own, edition);
        if (command.kind != Command::Kind::none) return command;
    }
    return {};
}

}  // namespace conntrack::helper::ftp

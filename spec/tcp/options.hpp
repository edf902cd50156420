// What conntrack reads from the options of a TCP header: window scale, SACK-permitted, and the highest edge that
// selective acknowledgements name. Source: tcp_options() and tcp_sack() of the TCP trackers.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>

namespace conntrack::tcp {

inline constexpr std::uint8_t largest_window_scale = 14;

/// Calls visit(kind, body) for each option until it returns false. An option that runs past the header ends the list
/// (linux-2.6.9 would go on and read past it; that is undefined, so it is taken as the end too).
template <class Visit>
constexpr void each_option(std::span<const std::uint8_t> bytes, Visit visit) {
    constexpr std::uint8_t end_of_list = 0, no_operation = 1;
    std::size_t at = 0;
    while (at < bytes.size() && bytes[at] != end_of_list) {
        if (bytes[at] == no_operation) {
            ++at;
            continue;
        }
        if (at + 2 > bytes.size()) return;
        const std::size_t length = bytes[at + 1];
        if (length < 2 || at + length > bytes.size()) return;
        if (!visit(bytes[at], bytes.subspan(at + 2, length - 2))) return;
        at += length;
    }
}

struct Options {
    bool any = false;                          // the header is longer than twenty bytes
    std::optional<std::uint8_t> window_scale;  // capped at 14
    bool sack_permitted = false;
};

/// Kinds of options, by number.
using OptionKinds = std::bitset<256>;

/// The kinds that the rule match --tcp-option finds. It walks on behind the end of the list, byte by byte, and over an
/// option of no length. Source: tcp_find_option() of xt_tcpudp.c.
inline OptionKinds option_kinds(std::span<const std::uint8_t> bytes) {
    OptionKinds kinds;
    for (std::size_t at = 0; at < bytes.size();) {
        kinds.set(bytes[at]);
        const bool long_option = bytes[at] >= 2 && at + 1 < bytes.size() && bytes[at + 1] != 0;
        at += long_option ? bytes[at + 1] : 1;
    }
    return kinds;
}

/// The options as a SYN offers them.
constexpr Options read_options(std::span<const std::uint8_t> bytes) {
    constexpr std::uint8_t window_scale = 3, sack_permitted = 4;
    Options out;
    out.any = !bytes.empty();
    each_option(bytes, [&](std::uint8_t kind, std::span<const std::uint8_t> body) {
        if (kind == sack_permitted && body.empty()) out.sack_permitted = true;
        if (kind == window_scale && body.size() == 1)
            out.window_scale = body[0] > largest_window_scale ? largest_window_scale : body[0];
        return true;
    });
    return out;
}

/// The highest right edge of the first well-formed SACK option, or the acknowledgement itself where that is higher
/// (mod 2^32).
constexpr std::uint32_t highest_sack_edge(std::span<const std::uint8_t> bytes, std::uint32_t ack) {
    constexpr std::uint8_t sack = 5;
    std::uint32_t highest = ack;
    each_option(bytes, [&](std::uint8_t kind, std::span<const std::uint8_t> body) {
        if (kind != sack || body.empty() || body.size() % 8 != 0) return true;
        for (std::size_t block = 0; block < body.size(); block += 8) {
            const std::uint32_t edge = std::uint32_t{body[block + 4]} << 24 | std::uint32_t{body[block + 5]} << 16 |
                                       std::uint32_t{body[block + 6]} << 8 | std::uint32_t{body[block + 7]};
            if (static_cast<std::int32_t>(highest - edge) < 0) highest = edge;
        }
        return false;
    });
    return highest;
}

}  // namespace conntrack::tcp

// The tuple: what a packet is looked up by. Every entry has two, its original one and its reply one.
// Source of the layout: nf_conntrack_tuple.h (ip_conntrack_tuple.h in linux-2.6.9).
#pragma once

#include "spec/address.hpp"

#include <compare>
#include <cstdint>

namespace conntrack {

enum class Direction : std::uint8_t { original = 0, reply = 1 };

constexpr Direction other(Direction dir) { return dir == Direction::original ? Direction::reply : Direction::original; }

namespace protocol {
inline constexpr std::uint8_t icmp = 1, tcp = 6, udp = 17, dccp = 33, gre = 47, icmpv6 = 58, sctp = 132, udplite = 136;
}

struct Tuple {
    Address src, dst;
    std::uint16_t src_part = 0;  // source port; the id of an ICMP query
    std::uint16_t dst_part = 0;  // destination port; type << 8 | code of an ICMP query
    std::uint8_t proto = 0;
    Family family = Family::ipv4;
    std::uint16_t zone = 0;

    [[nodiscard]] constexpr std::uint8_t icmp_type() const { return static_cast<std::uint8_t>(dst_part >> 8); }
    [[nodiscard]] constexpr std::uint8_t icmp_code() const { return static_cast<std::uint8_t>(dst_part & 0xff); }
    [[nodiscard]] constexpr bool is_icmp() const { return proto == protocol::icmp || proto == protocol::icmpv6; }

    auto operator<=>(const Tuple&) const = default;
};

constexpr std::uint16_t icmp_part(std::uint8_t type, std::uint8_t code) {
    return static_cast<std::uint16_t>(type << 8 | code);
}

}  // namespace conntrack

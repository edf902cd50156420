// An error that the router wants to tell a packet's sender about: the first eight bytes of an ICMP or ICMPv6 message.
#pragma once

#include <cstddef>
#include <cstdint>

namespace conntrack::wire {

struct IcmpError {
    std::uint8_t type = 0, code = 0;
    std::uint32_t rest = 0;  // bytes 4 to 7: a pointer, an MTU, a gateway; else 0

    bool operator==(const IcmpError&) const = default;
};

/// A parameter problem of IPv4: the pointer is a byte, at the top.
constexpr IcmpError ipv4_parameter_problem(std::uint8_t pointer) { return {12, 0, std::uint32_t{pointer} << 24}; }

/// One of IPv6. Codes: 0 an erroneous field, 1 an unknown next header, 2 an unknown option.
constexpr IcmpError ipv6_parameter_problem(std::uint8_t code, std::size_t pointer) {
    return {4, code, static_cast<std::uint32_t>(pointer)};
}

inline constexpr IcmpError ipv4_net_unreachable{3, 0, 0}, ipv4_protocol_unreachable{3, 2, 0},
    ipv4_port_unreachable{3, 3, 0}, ipv4_time_exceeded{11, 0, 0}, ipv4_reassembly_time_exceeded{11, 1, 0},
    ipv6_no_route{1, 0, 0}, ipv6_beyond_scope{1, 2, 0}, ipv6_port_unreachable{1, 4, 0}, ipv6_time_exceeded{3, 0, 0},
    ipv6_reassembly_time_exceeded{3, 1, 0};

}  // namespace conntrack::wire

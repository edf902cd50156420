// IPv6 extension headers as a Linux router treats them.
// Sources: exthdrs.c, ip6_input.c; seen on the running kernel. In the packet's path:
//   hop-by-hop options are judged in ipv6_rcv(), *before* PRE_ROUTING: a packet that fails is never tracked, also if it
//   is answered with a parameter problem (decode() says so);
//   a forwarded packet's other extension headers are not looked at;
//   of a packet for the router itself they are judged after LOCAL_IN, so that its entry has been confirmed.
#pragma once

#include "spec/wire/icmp_error.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace conntrack::wire {

/// What extension headers make of a packet.
struct ExtensionVerdict {
    bool passes = true;
    std::optional<IcmpError> error;  // told to the sender of a packet that does not pass
};

/// Judges the hop-by-hop options of a whole IPv6 packet; one without them passes. Beyond the kernel's default limits
/// (eight options, seven bytes of padding in a row) it is dropped.
ExtensionVerdict judge_hop_by_hop(std::span<const std::uint8_t> packet);

/// Where the chain of a packet for the router itself ends.
struct Delivery {
    ExtensionVerdict verdict;
    std::uint8_t protocol = 0;
    std::size_t transport = 0;  // offset of its header
    std::size_t named_at = 0;   // offset of the field that names the protocol: the pointer of an unknown one
};

/// Follows the chain of a packet for the router itself: destination options are judged; a routing header with no
/// segments left is passed over, any other is an erroneous field, and those of segment routing and RPL are dropped.
Delivery deliver_ipv6(std::span<const std::uint8_t> packet);

}  // namespace conntrack::wire

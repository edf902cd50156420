// ICMP and ICMPv6: which types ask, which answer, which are errors, which are never tracked.
// Sources: ip_conntrack_proto_icmp.c (2.6.9), nf_conntrack_proto_icmp.c, nf_conntrack_proto_icmpv6.c (later).
#pragma once

#include "spec/edition.hpp"

#include <cstdint>
#include <optional>

namespace conntrack::icmp {

inline constexpr std::uint8_t echo_reply = 0, unreachable = 3, source_quench = 4, redirect = 5, echo_request = 8,
                              time_exceeded = 11, parameter_problem = 12, timestamp = 13, timestamp_reply = 14,
                              information = 15, information_reply = 16, mask = 17, mask_reply = 18;
inline constexpr std::uint8_t largest_type = 18;

inline constexpr std::uint8_t v6_echo_request = 128, v6_echo_reply = 129, v6_redirect = 137, v6_node_query = 139,
                              v6_node_reply = 140;

constexpr bool is_error(std::uint8_t type) {
    return type == unreachable || type == source_quench || type == redirect || type == time_exceeded ||
           type == parameter_problem;
}
constexpr bool v6_is_error(std::uint8_t type) { return type < 128; }

/// May a packet of this type begin an entry?
constexpr bool may_open(std::uint8_t type) {
    return type == echo_request || type == timestamp || type == information || type == mask;
}
constexpr bool v6_may_open(std::uint8_t type) { return type == v6_echo_request || type == v6_node_query; }

/// The type that answers this one, or that it answers.
constexpr std::optional<std::uint8_t> partner(std::uint8_t type) {
    switch (type) {
        case echo_request: return echo_reply;
        case echo_reply: return echo_request;
        case timestamp: return timestamp_reply;
        case timestamp_reply: return timestamp;
        case information: return information_reply;
        case information_reply: return information;
        case mask: return mask_reply;
        case mask_reply: return mask;
        default: return std::nullopt;
    }
}
constexpr std::optional<std::uint8_t> v6_partner(std::uint8_t type) {
    switch (type) {
        case v6_echo_request: return v6_echo_reply;
        case v6_echo_reply: return v6_echo_request;
        case v6_node_query: return v6_node_reply;
        case v6_node_reply: return v6_node_query;
        default: return std::nullopt;
    }
}

/// Multicast listener and neighbour discovery: passed by without an entry, and not INVALID.
constexpr bool v6_untracked(std::uint8_t type, const Edition& edition) {
    if ((type >= 130 && type <= 136) || type == 143) return true;
    return edition.core.icmpv6_multicast_router_untracked && (type == 151 || type == 152);
}

}  // namespace conntrack::icmp

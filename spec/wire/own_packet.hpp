// Building the packets that the router itself sends, for answer.cpp and host.cpp.
#pragma once

#include "spec/wire/answer.hpp"
#include "spec/wire/layout.hpp"

namespace conntrack::wire {

/// A packet to be sent from the router.
struct OwnPacket {
    Family family = Family::ipv4;
    Address src{}, dst{};
    std::uint8_t protocol = 0;
    std::uint8_t traffic_class = 0;       // IPv4: type of service
    bool dont_fragment = false;           // IPv4 only
    std::vector<std::uint8_t> options{};  // IPv4 only; whole words
};

/// IP header, options and transport part together, lengths and the IPv4 header checksum filled in, TTL 64.
std::vector<std::uint8_t> assemble(const OwnPacket& header, std::span<const std::uint8_t> transport);

/// Sets the checksum at `field` of a transport header; ICMP has no pseudo header.
void seal(const OwnPacket& header, std::span<std::uint8_t> transport, std::size_t field);

/// The options of a packet as they are returned to its sender from `own` (ip_options_echo(), ip_options_build()). Room
/// that is left in a recorded route or a timestamp is used for the answer's own entry. Nothing, and no answer, where
/// they cannot be returned.
std::optional<std::vector<std::uint8_t>> returned_options(std::span<const std::uint8_t> packet,
                                                          const Ipv4Options& options, const Address& own,
                                                          std::uint32_t ms_of_day);

/// The twenty bytes of the reset that answers a TCP segment (tcp_v4_send_reset(), nf_reject_ip_tcphdr_put()), without
/// checksum: it takes its sequence number from an acknowledgement, else it acknowledges the whole segment.
std::vector<std::uint8_t> reset_of(std::span<const std::uint8_t> segment);

/// The type of service or traffic class of a packet.
std::uint8_t traffic_class_of(std::span<const std::uint8_t> packet);

/// Whether the sum over `covered` of a transport part, with the pseudo header of its packet, is right.
bool sums_up(std::span<const std::uint8_t> packet, const Layout& layout, std::span<const std::uint8_t> covered,
             std::size_t pseudo_length);

}  // namespace conntrack::wire

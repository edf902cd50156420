// What a linux-6.18 host without open ports says to a packet that has been delivered to it, after LOCAL_IN.
// Sources: tcp_v4_send_reset(), tcp_v6_send_reset(), udp.c, icmp.c, ip_input.c and their IPv6 counterparts; seen on the
// running kernel. The host judges headers and checksums by itself: UDP's over its own length and UDP-Lite's by the
// right pseudo header, where tracking does otherwise; so it may answer a packet that is INVALID.
#pragma once

#include "spec/wire/answer.hpp"

namespace conntrack::wire {

/// The host's answer: a reset to TCP (none to a reset), port unreachable to UDP and UDP-Lite, the reply to an echo or
/// (IPv4) timestamp request, protocol unreachable (IPv6: a parameter problem) to protocols that it does not know, and
/// to IPv6 extension headers as deliver_ipv6() judges them. Nothing to anything else. What is longer than the link's
/// MTU is not fragmented here.
Answer answer_of_host(std::span<const std::uint8_t> packet, const AnswerContext& context);

}  // namespace conntrack::wire

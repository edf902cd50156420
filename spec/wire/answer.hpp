// Packets that a linux-6.18 router makes itself to answer others: ICMP and ICMPv6 errors, and TCP resets. What a host
// without open ports says to a packet for itself is in host.hpp.
// Sources: icmp_send() (ipv4/icmp.c), icmp6_send() (ipv6/icmp.c), nf_reject_ipv4.c, nf_reject_ipv6.c,
// ip_options_echo(); seen on the running kernel.
//
// Assumed: no rate limits (icmp_ratelimit, icmp_msgs_per_sec, icmpv6 ratelimit: the kernel would be silent after a
// burst), MTUs of at least 1280 bytes, routes back to every sender, sysctls as the kernel has them. IPv4 ids and IPv6
// flow labels are free choices of the kernel and 0 here.
//
// Every function takes the packet as it stands at that point of its path: translated, with IPv4 options as
// receive_options() left them, and ending where its IP header says. Every answer is a packet that next meets
// LOCAL_OUT.
#pragma once

#include "spec/address.hpp"
#include "spec/wire/icmp_error.hpp"
#include "spec/wire/ipv4_options.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace conntrack::wire {

/// What the router has to know of itself, and of the packet's path so far, to answer it.
struct AnswerContext {
    Address towards_sender;                // its address on the side where the packet's source lies
    std::optional<Address> on_entry_link;  // its address on the link the packet came by, which errors of IPv6 bear
    bool to_own_address = false;           // the destination, as it now reads, is a unicast address of the router
    bool to_anycast = false;               // ... an anycast address of the router: errors bear it, echoes do not
    bool to_many = false;                  // ... a broadcast or a multicast address
    bool from_anycast = false;             // the source is one: it names nobody who could be told of an error
    Ipv4Options options;                   // what receive_options() found; none in IPv6
    std::uint32_t ms_of_day = 0;           // milliseconds since midnight UT, for timestamps
};

using Answer = std::optional<std::vector<std::uint8_t>>;

/// An ICMP or ICMPv6 error about the packet, by its family. Nothing if none is sent: about an ICMP error (in IPv4 also
/// about types that the kernel does not know), about a later fragment, about a packet to a broadcast or multicast
/// address (but for an unknown ICMPv6 option that asks for it), or from an unspecified or multicast one; nor where a
/// source route would have to be returned, since the way back is not known here.
Answer icmp_error(std::span<const std::uint8_t> packet, const IcmpError& error, const AnswerContext& context);

/// The same from the target REJECT, which keeps silent about packets whose checksum is wrong: for protocols without a
/// checksum that it knows, it takes the whole payload (in IPv6 with the pseudo header) for summed. `forwarded`: the
/// packet is on its way through FORWARD, and is quoted with its TTL or hop limit one lower than it came with.
Answer reject_with_error(std::span<const std::uint8_t> packet, const IcmpError& error, const AnswerContext& context,
                         bool forwarded);

/// A reset from REJECT --reject-with tcp-reset, in the name of the packet's destination. Nothing if the packet is no
/// whole TCP header, is itself a reset or has a wrong checksum.
Answer reject_with_reset(std::span<const std::uint8_t> packet, const AnswerContext& context);

}  // namespace conntrack::wire

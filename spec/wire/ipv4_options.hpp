// IPv4 options as a Linux router treats them: judged and half filled in after the packet's route is known, filled in
// to the end when it is forwarded, and returned to the sender in answers.
// Source: ip_options.c. In the packet's path:
//   PRE_ROUTING (so that the packet is tracked), route (a packet with a martian source ends there),
//   receive_options() from ip_rcv_options(): a fault is answered with a parameter problem and the packet dropped; so
//   is, silently, one with a source route (accept_source_route is 0), LOCAL_IN, or: the test of the TTL, FORWARD,
//   forward_options() from ip_forward_finish(), POST_ROUTING.
#pragma once

#include "spec/address.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

namespace conntrack::wire {

/// What the kernel remembers of a packet's options (struct ip_options): offsets from the start of the IP header, 0 for
/// none; and what is still to be filled in.
struct Ipv4Options {
    std::size_t source_route = 0, record_route = 0, timestamp = 0, cipso = 0;
    bool record_route_needs_address = false, timestamp_needs_address = false, timestamp_needs_time = false;
    bool router_alert = false;
    bool changed = false;  // the header's checksum has to be redone

    bool operator==(const Ipv4Options&) const = default;
};

/// What options need to know of the router.
struct Ipv4OptionContext {
    /// The packet's destination if that is a unicast address of the router, else the router's address towards the
    /// packet's source (fib_compute_spec_dst()).
    Address own;
    /// Whether an address of a prespecified timestamp is somebody else's: neither the router's own nor a broadcast or
    /// multicast one (inet_addr_type() is RTN_UNICAST). The router fills in its own, and broadcast ones.
    std::function<bool(const Address&)> is_others;
    std::uint32_t ms_of_day = 0;  // milliseconds since midnight UT
};

struct ReceivedOptions {
    Ipv4Options options;                // as far as they were read
    std::optional<std::uint8_t> fault;  // the pointer of the parameter problem
};

/// Reads the options of an IPv4 packet whose header is sound, and writes into them what is written on receipt. The
/// header's checksum stays as it was until the packet is forwarded: an answer quotes it that way.
ReceivedOptions receive_options(std::span<std::uint8_t> packet, const Ipv4OptionContext& context);

/// Fills in a recorded route with `towards_destination`, the router's address on the side where the packet leaves, and
/// makes the header's checksum anew if anything was written since the packet came.
void forward_options(std::span<std::uint8_t> packet, const Ipv4Options& options, const Address& towards_destination);

}  // namespace conntrack::wire

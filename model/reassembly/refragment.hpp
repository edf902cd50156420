// How a datagram that was reassembled leaves the router: in pieces again (ip_do_fragment(), ip6_fragment(), and
// ip_refrag() of linux-2.6.9).
#pragma once

#include "model/reassembly/fragment.hpp"

#include <optional>

namespace conntrack {

/// The parts that a reassembled packet still consists of. A packet that was not reassembled has none.
struct Chunks {
    std::vector<std::uint32_t> sizes;  // bytes; the first one with the IP header, their sum is the packet's length
    std::uint32_t largest = 0;         // the largest fragment that came, bytes with its headers; 0: not known

    /// The first `bytes` are made to stand together, as is done before they are rewritten (__pskb_pull_tail()).
    void pull(std::uint32_t bytes);
};

/// True for a packet longer than `mtu` which may not be cut so small (ip_exceeds_mtu(), ip6_pkt_too_big()).
bool too_big(std::span<const std::uint8_t> packet, const Chunks& chunks, std::uint32_t mtu);

/// The packets that leave in place of `packet`, an IP packet that goes out by a link of `mtu` bytes and is not
/// too_big(). `id` identifies the pieces of an IPv6 datagram; the kernel takes a random number. Pieces leave as they
/// came if their sizes still fit, else the packet is cut anew. None: no fragment header can be put into it, since the
/// chain of IPv6 headers leads beyond its first part (ip6_find_1stfragopt()), and it is dropped.
std::vector<PacketBytes> refragment(std::span<const std::uint8_t> packet, const Chunks& chunks, std::uint32_t mtu,
                                    std::uint32_t id);

}  // namespace conntrack

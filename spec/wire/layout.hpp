// Where the transport header of an IP packet begins, behind IPv4 options or a chain of IPv6 extension headers; and the
// addresses before it.
#pragma once

#include "spec/address.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace conntrack::wire {

namespace ipv6_header {
inline constexpr std::uint8_t hop_by_hop = 0, routing = 43, fragment = 44, authentication = 51, none = 59,
                              destination = 60;
}

/// A header behind which another follows (ipv6_ext_hdr(), but for that which says that none follows).
constexpr bool is_extension_header(std::uint8_t next) {
    using namespace ipv6_header;
    return next == hop_by_hop || next == routing || next == fragment || next == authentication || next == destination;
}

/// The chain of headers of an IPv6 packet.
struct Chain {
    bool found = false;           // false: the chain leads nowhere
    std::size_t offset = 0;       // of the transport header, which may lie at the end of the bytes
    std::uint8_t protocol = 0;    // also where the chain says that nothing follows
    bool fragment = false;        // part of a fragmented datagram
    bool later_fragment = false;  // not its first part; what stands at `offset` is no transport header
};

/// Follows the chain whose first header, of type `next`, stands at `at` (ipv6_skip_exthdr()).
Chain skip_extension_headers(std::span<const std::uint8_t> packet, std::size_t at, std::uint8_t next);

/// Where the headers of one IP packet stand within the bytes of a larger one, or of itself.
struct Layout {
    Family family = Family::ipv4;
    std::size_t ip = 0;
    std::size_t transport = 0;  // never beyond the end of the bytes
    std::uint8_t protocol = 0;
    bool later_fragment = false;
    bool found = false;  // false: there is no transport header to speak of
};

/// The layout of the IP packet that begins at `ip`. It is taken to be of `family`, whatever its version field says: the
/// kernel does not look at that of a quoted packet. Nothing if there is no whole IP header without options.
std::optional<Layout> layout_of(std::span<const std::uint8_t> bytes, std::size_t ip, Family family);

/// The same for a whole packet, by its own version. Nothing if that is neither 4 nor 6.
std::optional<Layout> layout_of(std::span<const std::uint8_t> packet);

/// The address fields of a packet, which has a whole IP header of that family.
Address source_of(std::span<const std::uint8_t> packet, Family family);
Address destination_of(std::span<const std::uint8_t> packet, Family family);

/// Where the IP header that an ICMP error or an ICMPv6 redirect quotes begins: behind the eight bytes of the ICMP
/// header, or inside the redirected header option (RFC 4861, 4.6.3) where that is the first option. Nothing for other
/// packets, and where fewer bytes follow than an IP header without options has.
std::optional<std::size_t> quoted_offset(std::span<const std::uint8_t> packet);

}  // namespace conntrack::wire

// Reads what reassembly asks of one IP packet: is it a fragment, of which datagram, which bytes of it.
#pragma once

#include "spec/address.hpp"
#include "spec/edition.hpp"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace conntrack {

using PacketBytes = std::vector<std::uint8_t>;

/// Where a packet came from, as the queues of fragments tell it apart.
struct Arrival {
    std::string interface;
    bool local_out = false;    // made by the router itself: LOCAL_OUT keeps its own queues
    std::uint64_t number = 0;  // the caller's own, for LostDatagram
};

/// What the fragments of one datagram have in common.
struct DatagramKey {
    Family family = Family::ipv4;
    bool local_out = false;
    std::uint8_t protocol = 0;  // IPv4 only: in IPv6 fragments may differ in it
    std::uint32_t id = 0;
    Address src, dst;
    std::string interface;  // IPv6 to multicast and link-local addresses: the link; else empty

    auto operator<=>(const DatagramKey&) const = default;
};

struct Fragment {
    DatagramKey key;
    PacketBytes packet;                // as it came, without what stands behind its IP length
    std::uint32_t data_at = 0;         // where its part of the datagram begins in `packet`, bytes
    std::uint32_t offset = 0;          // where that part belongs, bytes
    std::uint32_t length = 0;          // of that part, bytes; more than `packet` holds if a capture cut it
    bool more = false;                 // not the last one
    bool dont_fragment = false;        // IPv4
    std::uint8_t ecn = 0;              // the two bits of RFC 3168
    std::uint32_t next_header_at = 0;  // IPv6: the byte that names the fragment header

    std::uint32_t skipped = 0;  // of its part, bytes that an earlier fragment has brought already

    /// Its size on the wire, bytes.
    [[nodiscard]] std::uint32_t wire_length() const { return data_at + skipped + length; }
    /// Its part, as far as the capture has it.
    [[nodiscard]] std::span<const std::uint8_t> data() const {
        return std::span(packet).subspan(std::min<std::size_t>(packet.size(), data_at + skipped));
    }
    [[nodiscard]] std::uint32_t end() const { return offset + length; }
};

/// Goes on as it is: no fragment, or one that reassembly leaves alone.
struct NoFragment {
    bool fragment = false;
};
/// A fragment header that does not fit into the packet.
struct FragmentCut {};

/// `packet` begins with an IP header. What is no IP packet is no fragment.
std::variant<NoFragment, FragmentCut, Fragment> read_fragment(std::span<const std::uint8_t> packet,
                                                              const Arrival& arrival, const Edition& edition);

}  // namespace conntrack

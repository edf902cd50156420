// What a NAT helper does to the bytes of a packet: text is replaced by other text, and sequence numbers are shifted.
// Sources: mangle_contents(), nf_nat_mangle_tcp_packet(); nf_nat_seq_adjust() (2.6.32), nf_ct_seq_adjust().
#pragma once

#include "spec/edition.hpp"
#include "spec/expect/sequence.hpp"
#include "spec/tuple.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace conntrack::wire {

/// Replaces `length` bytes at `offset` behind the header of a TCP segment, and sums it anew. False, with the packet
/// untouched: it would be longer than 65535 bytes, or these bytes are not there.
[[nodiscard]] bool replace_text(std::vector<std::uint8_t>& packet, std::size_t offset, std::size_t length,
                                std::string_view by);

/// Shifts the sequence number of a segment that travels in `dir`, and what it acknowledges, selectively too; the
/// checksum is adjusted. The kernel takes whatever stands behind the IP header for a TCP header: an ICMP error about
/// the connection, too. False: the packet is too short, or its options cannot be read, and it is dropped.
[[nodiscard]] bool shift_sequence(std::vector<std::uint8_t>& packet,
                                  const std::array<expect::Shift<Concrete>, 2>& shifts, Direction dir,
                                  const Edition& edition);

/// A TCP segment whose checksum is 0 says so by ones, which say the same (skb_checksum_help()).
void write_zero_sum_as_ones(std::vector<std::uint8_t>& packet);

}  // namespace conntrack::wire

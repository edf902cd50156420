// Packets made of the bytes of an input: few addresses and ports, so that flows meet, and every now and then something
// that no sender would send.
#pragma once

#include "spec/address.hpp"
#include "tests/support/byte_source.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace conntrack::testing {

using PacketData = std::vector<std::uint8_t>;

/// A packet with right checksums, between hosts of both sides, the router itself, and addresses that are nobody's.
PacketData any_packet(ByteSource& bytes);
/// What the receiver of `packet` sends back: its ends exchanged, as an answer of the same protocol. The packet itself
/// where it has no transport header.
PacketData answer_to(const PacketData& packet, ByteSource& bytes);
/// An ICMP error about it.
PacketData error_about(const PacketData& packet, ByteSource& bytes);
/// Bytes of it changed, or its end cut off; checksums of the IP header redone or not.
void damage(PacketData& packet, ByteSource& bytes);

}  // namespace conntrack::testing

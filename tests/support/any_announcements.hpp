// Helpers and whatever bytes: an input says who looks at which packets of a connection, and every packet is looked at.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace conntrack::testing {

/// The first byte: edition, helper, family, NAT, and whether FTP is loose. Then packets: a byte that says the direction
/// and, in the lower seven bits, how long the text is, and the text.
///
/// Returns what does not hold, or nothing: who is expected is one of the two hosts (unless FTP is loose), at most one
/// connection is expected at a time, and a packet that was rewritten is sound.
std::string look_at_any_bytes(std::span<const std::uint8_t> bytes);

}  // namespace conntrack::testing

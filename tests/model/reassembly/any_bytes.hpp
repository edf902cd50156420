// Reassembly of whatever the bytes say: for property tests and for a fuzzer.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace conntrack::testing {

/// The first byte chooses an edition. Then come packets: two bytes of length (big endian, cut to what is there), one
/// byte of time (eighths of a second) since the one before, and the packet. What is wrong with what came of them; empty
/// if all is sound: memory within its bound, pieces that fit, nothing held after the timeouts.
std::string reassemble_any_bytes(std::span<const std::uint8_t> input);

}  // namespace conntrack::testing

// From bytes to a Packet. Decoding judges the IP header only, as ip_rcv() and ipv6_rcv() do before any hook: what
// fails there never reaches tracking. Transport headers are read as far as they are there.
#pragma once

#include "spec/packet.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <variant>

namespace conntrack::wire {

enum class ChecksumPolicy : std::uint8_t {
    verify,     // as the kernel does
    automatic,  // for captures: a sum that a card would have finished counts as right
    ignore,
};

struct DecodeOptions {
    ChecksumPolicy checksum = ChecksumPolicy::verify;
    bool cut = false;  // a capture may hold less than the IP header says
};

/// Why a packet never reaches tracking.
struct Malformed {
    std::string_view what;
};

/// `bytes` begin with the IP header; bytes behind the IP header's own length are ignored.
std::variant<Packet, Malformed> decode(std::span<const std::uint8_t> bytes, const DecodeOptions& options);

}  // namespace conntrack::wire

// From bytes to a Packet. Decoding judges the IP header and IPv6 hop-by-hop options only, as ip_rcv() and ipv6_rcv() do
// before any hook: what fails there never reaches tracking. Transport headers are read as far as they are there.
// IPv4 options are judged later (ipv4_options.hpp). The checks of IPv6 are those of linux-6.18; what earlier editions
// did with such packets is not recorded.
#pragma once

#include "spec/packet.hpp"
#include "spec/wire/icmp_error.hpp"

#include <cstdint>
#include <optional>
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
    bool cut = false;                  // a capture may hold less than the IP header says
    bool udplite_length_byte = false;  // CoreSwitches::udplite_sums_length_byte
    bool loopback = false;             // it may have come by the loopback interface, where every address is good
    bool options_judged = false;       // IPv6: hop-by-hop options were judged on receipt, of fragments those of each
};

/// Why a packet never reaches tracking.
struct Malformed {
    std::string_view what;
    std::optional<IcmpError> error = std::nullopt;  // told to its sender all the same (icmp_error() in answer.hpp)
};

/// `bytes` begin with the IP header; bytes behind the IP header's own length are ignored.
std::variant<Packet, Malformed> decode(std::span<const std::uint8_t> bytes, const DecodeOptions& options);

}  // namespace conntrack::wire

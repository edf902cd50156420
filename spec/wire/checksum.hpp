// The Internet checksum (RFC 1071) and the pseudo headers of IPv4 and IPv6.
#pragma once

#include "spec/domain.hpp"
#include "spec/tuple.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace conntrack::wire {

/// One's-complement addition of 16-bit words: the carry comes round.
template <class D>
constexpr typename D::Word plus(const typename D::Word& a, const typename D::Word& b) {
    const auto sum = a + b;
    return D::select(D::below(D::word(0xffff), sum), sum - D::word(0xffff), sum);
}

/// A checksum after one word that it sums was replaced by another (inet_proto_csum_replace4() and its kin): it is wrong
/// by as much as it was. The result is never 0xffff: that and 0 say the same, and one's-complement addition leads to 0.
template <class D>
constexpr typename D::Word adjusted(const typename D::Word& checksum, const typename D::Word& before,
                                    const typename D::Word& after) {
    const auto complement = [](const typename D::Word& word) { return D::word(0xffff) - word; };
    const auto sum = plus<D>(plus<D>(D::word(0xffff), complement(checksum)), plus<D>(complement(before), after));
    return complement(sum);
}

/// Where the checksum stands in the transport header of a protocol, in bytes; nothing for protocols whose checksum is
/// not the Internet's, or not looked at here.
constexpr std::optional<std::size_t> transport_checksum_at(std::uint8_t protocol) {
    switch (protocol) {
        case protocol::tcp: return 16;
        case protocol::udp:
        case protocol::udplite: return 6;
        case protocol::icmp:
        case protocol::icmpv6: return 2;
        default: return std::nullopt;
    }
}

/// One's-complement sum of the bytes, taken as big-endian 16-bit words, added to `sum`. Not folded to its end.
std::uint32_t sum_bytes(std::span<const std::uint8_t> bytes, std::uint32_t sum = 0);

/// Folds a sum into 16 bits.
std::uint16_t fold(std::uint32_t sum);
/// What the field of a checksum holds: the complement of the sum, folded.
inline std::uint16_t complement(std::uint32_t sum) { return static_cast<std::uint16_t>(~fold(sum)); }

/// The sum of a pseudo header: addresses, protocol, length of the transport part in bytes.
std::uint32_t pseudo_header_sum(Family family, const Address& src, const Address& dst, std::uint8_t protocol,
                                std::uint32_t length);

}  // namespace conntrack::wire

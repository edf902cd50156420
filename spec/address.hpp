// An IPv4 or IPv6 address, kept as two host-order words so that tuples compare with few instructions.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>

namespace conntrack {

enum class Family : std::uint8_t { ipv4 = 4, ipv6 = 6 };

struct Address {
    std::uint64_t high = 0;  // IPv6: the first eight bytes; IPv4: 0
    std::uint64_t low = 0;   // IPv6: the last eight bytes; IPv4: the address in its lower 32 bits

    static constexpr Address v4(std::uint32_t host_order) { return {0, host_order}; }

    /// Four or sixteen bytes in network order.
    static constexpr Address from_bytes(std::span<const std::uint8_t> bytes) {
        Address address;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            address.high = address.high << 8 | address.low >> 56;
            address.low = address.low << 8 | bytes[i];
        }
        return address;
    }

    [[nodiscard]] constexpr std::uint32_t as_v4() const { return static_cast<std::uint32_t>(low); }

    /// Sixteen bytes in network order; an IPv4 address stands in the last four.
    [[nodiscard]] constexpr std::array<std::uint8_t, 16> bytes() const {
        std::array<std::uint8_t, 16> out{};
        for (unsigned i = 0; i < 8; ++i) {
            out[i] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
            out[8 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
        }
        return out;
    }

    auto operator<=>(const Address&) const = default;
};

/// fe80::/10: such an address means something on one link only.
constexpr bool is_link_local(Family family, const Address& a) {
    return family == Family::ipv6 && a.high >> 54 == 0x3fa;
}

}  // namespace conntrack

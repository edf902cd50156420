// The status bits of an entry (IPS_* in nf_conntrack_common.h), by number and name.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace conntrack {

enum class Status : std::uint32_t {
    expected = 1u << 0,
    seen_reply = 1u << 1,
    assured = 1u << 2,
    confirmed = 1u << 3,
    src_nat = 1u << 4,
    dst_nat = 1u << 5,
    seq_adjust = 1u << 6,
    src_nat_done = 1u << 7,
    dst_nat_done = 1u << 8,
    dying = 1u << 9,
    fixed_timeout = 1u << 10,
    template_ = 1u << 11,
    nat_clash = 1u << 12,
    helper = 1u << 13,
    offload = 1u << 14,
    hw_offload = 1u << 15,
};

class StatusSet {
  public:
    constexpr StatusSet() = default;
    constexpr explicit StatusSet(std::uint32_t bits) : bits_(bits) {}

    [[nodiscard]] constexpr bool has(Status s) const { return (bits_ & static_cast<std::uint32_t>(s)) != 0; }
    constexpr void set(Status s) { bits_ |= static_cast<std::uint32_t>(s); }
    constexpr void clear(Status s) { bits_ &= ~static_cast<std::uint32_t>(s); }
    [[nodiscard]] constexpr std::uint32_t bits() const { return bits_; }

    bool operator==(const StatusSet&) const = default;

  private:
    std::uint32_t bits_ = 0;
};

/// Names in bit order, as recordings spell them.
inline constexpr std::array<std::string_view, 16> status_names = {
    "EXPECTED",     "SEEN_REPLY", "ASSURED",       "CONFIRMED", "SRC_NAT",   "DST_NAT", "SEQ_ADJUST", "SRC_NAT_DONE",
    "DST_NAT_DONE", "DYING",      "FIXED_TIMEOUT", "TEMPLATE",  "NAT_CLASH", "HELPER",  "OFFLOAD",    "HW_OFFLOAD"};

}  // namespace conntrack

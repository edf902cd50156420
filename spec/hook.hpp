// The five places of the packet path where tables are looked at. Source: enum nf_inet_hooks.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace conntrack {

enum class Hook : std::uint8_t { prerouting, input, forward, output, postrouting };

inline constexpr std::size_t hook_count = 5;
inline constexpr std::array<Hook, hook_count> all_hooks = {Hook::prerouting, Hook::input, Hook::forward, Hook::output,
                                                           Hook::postrouting};

/// The name of a hook is also that of the built-in chain there.
constexpr std::string_view name(Hook hook) {
    constexpr std::string_view names[] = {"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"};
    return names[static_cast<std::size_t>(hook)];
}

/// A set of hooks.
class HookSet {
  public:
    constexpr HookSet() = default;
    constexpr HookSet(std::initializer_list<Hook> hooks) {
        for (const Hook hook : hooks) add(hook);
    }
    constexpr void add(Hook hook) { bits_ = static_cast<std::uint8_t>(bits_ | 1u << static_cast<unsigned>(hook)); }
    constexpr void add(HookSet other) { bits_ = static_cast<std::uint8_t>(bits_ | other.bits_); }
    [[nodiscard]] constexpr bool has(Hook hook) const { return (bits_ >> static_cast<unsigned>(hook) & 1u) != 0; }
    /// Are all of these hooks in `other` too?
    [[nodiscard]] constexpr bool within(HookSet other) const { return (bits_ & ~unsigned{other.bits_}) == 0; }

    bool operator==(const HookSet&) const = default;

  private:
    std::uint8_t bits_ = 0;
};

}  // namespace conntrack

// What a random scenario is made of.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace conntrack::oracle::traffic {

enum class Profile : std::uint8_t { tcp, udp, icmp, nat, mixed, hostile, sctp, gre, ftp };

inline constexpr std::array<std::string_view, 9> profile_names = {"tcp",     "udp",  "icmp", "nat", "mixed",
                                                                  "hostile", "sctp", "gre",  "ftp"};

constexpr std::string_view name(Profile profile) { return profile_names[static_cast<std::size_t>(profile)]; }
constexpr std::optional<Profile> profile_named(std::string_view text) {
    for (std::size_t i = 0; i < profile_names.size(); ++i)
        if (profile_names[i] == text) return static_cast<Profile>(i);
    return std::nullopt;
}

}  // namespace conntrack::oracle::traffic

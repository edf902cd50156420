// Which ICMP or ICMPv6 error each word of REJECT --reject-with stands for.
// Sources: reject_tg() of ipt_REJECT.c and ip6t_REJECT.c.
#pragma once

#include "spec/rules/target.hpp"
#include "spec/wire/icmp_error.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace conntrack {

struct RejectWord {
    std::string_view word;
    wire::IcmpError error;
};

inline constexpr std::array<RejectWord, 13> reject_words = {{
    {"icmp-net-unreachable", {3, 0, 0}},
    {"icmp-host-unreachable", {3, 1, 0}},
    {"icmp-proto-unreachable", {3, 2, 0}},
    {"icmp-port-unreachable", {3, 3, 0}},
    {"icmp-net-prohibited", {3, 9, 0}},
    {"icmp-host-prohibited", {3, 10, 0}},
    {"icmp-admin-prohibited", {3, 13, 0}},
    {"icmp6-no-route", {1, 0, 0}},
    {"icmp6-adm-prohibited", {1, 1, 0}},
    {"icmp6-addr-unreachable", {1, 3, 0}},
    {"icmp6-port-unreachable", {1, 4, 0}},
    {"icmp6-policy-fail", {1, 5, 0}},
    {"icmp6-reject-route", {1, 6, 0}},
}};

/// The error; nothing: a reset, or none at all.
constexpr std::optional<wire::IcmpError> reject_error(const rules::RejectTarget& target) {
    for (const RejectWord& known : reject_words)
        if (known.word == target.with) return known.error;
    return std::nullopt;
}

}  // namespace conntrack

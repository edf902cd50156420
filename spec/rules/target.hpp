// The targets of a rule: what happens to a packet that its matches all take.
// Sources: ip_tables.c, xt_CT.c, xt_nat.c, xt_MASQUERADE.c, xt_REDIRECT.c, xt_mark.c, xt_connmark.c, ipt_REJECT.c,
// ip6t_REJECT.c, xt_LOG.c and the extensions of iptables that fill their structures in.
#pragma once

#include "spec/nat/range.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace conntrack::rules {

/// A rule without target: it counts, and the next one follows.
struct NoTarget {
    bool operator==(const NoTarget&) const = default;
};
struct Accept {
    bool operator==(const Accept&) const = default;
};
struct Drop {
    bool operator==(const Drop&) const = default;
};
struct Return {
    bool operator==(const Return&) const = default;
};

/// -j CHAIN, -g CHAIN: `chain` is its place in Table::chains. A goto leaves no place to return to.
struct Jump {
    std::uint32_t chain = 0;
    bool is_goto = false;
    bool operator==(const Jump&) const = default;
};

/// A conntrack zone, and which directions of an entry lie in it.
struct ZoneChoice {
    enum class Directions : std::uint8_t { both, original, reply } directions = Directions::both;
    bool from_mark = false;  // the zone's number is the lower half of the packet's mark when it is tracked
    std::uint16_t id = 0;
    bool operator==(const ZoneChoice&) const = default;
};

/// CT and NOTRACK of the raw table. Without notrack: the packet is tracked as this template says.
struct CtTarget {
    bool notrack = false;
    bool old_name = false;  // written NOTRACK
    std::optional<ZoneChoice> zone;
    std::string helper;  // empty: none
    bool operator==(const CtTarget&) const = default;
};

/// SNAT, DNAT, MASQUERADE, REDIRECT. The last two have no addresses: these depend on the packet's way.
struct NatTarget {
    enum class Kind : std::uint8_t { snat, dnat, masquerade, redirect } kind = Kind::snat;
    NatRange range;
    bool operator==(const NatTarget&) const = default;
};

constexpr std::string_view name(NatTarget::Kind kind) {
    constexpr std::string_view names[] = {"SNAT", "DNAT", "MASQUERADE", "REDIRECT"};
    return names[static_cast<std::size_t>(kind)];
}

/// MARK: mark = (mark & ~mask) ^ value, to which every way of writing it comes down.
struct MarkTarget {
    std::uint32_t value = 0, mask = 0xffff'ffff;
    bool operator==(const MarkTarget&) const = default;
};

/// CONNMARK. set: the entry's mark = (mark & ~ct_mask) ^ value; save: the packet's mark & nf_mask takes the value's
/// place; restore: the packet's mark = (mark & ~nf_mask) ^ (the entry's & ct_mask).
struct ConnmarkTarget {
    enum class Mode : std::uint8_t { set, save, restore } mode = Mode::set;
    std::uint32_t value = 0;
    std::uint32_t ct_mask = 0xffff'ffff, nf_mask = 0xffff'ffff;
    bool operator==(const ConnmarkTarget&) const = default;
};

/// REJECT, with the word of --reject-with.
struct RejectTarget {
    std::string_view with = "icmp-port-unreachable";  // of a table in the program
    bool operator==(const RejectTarget&) const = default;
};

/// LOG: the packet goes on.
struct LogTarget {
    std::string prefix;
    std::uint8_t level = 4;
    bool tcp_sequence = false, tcp_options = false, ip_options = false, uid = false, macdecode = false;
    bool operator==(const LogTarget&) const = default;
};

using Target = std::variant<NoTarget, Accept, Drop, Return, Jump, CtTarget, NatTarget, MarkTarget, ConnmarkTarget,
                            RejectTarget, LogTarget>;

}  // namespace conntrack::rules

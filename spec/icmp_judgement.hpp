// What an ICMP or ICMPv6 packet is before any entry is looked for: faulty, never tracked, an error about another
// packet, or a query that goes on.
// Sources: icmp_error() (2.6.9, 2.6.32), nf_conntrack_icmpv4_error(), nf_conntrack_icmpv6_error().
#pragma once

#include "spec/header_checks.hpp"
#include "spec/tuple_of.hpp"

#include <optional>
#include <variant>

namespace conntrack::icmp {

struct Query {};      // goes on, as packets of other protocols do
struct Untracked {};  // let through without an entry
struct Faulty {
    Clause clause;  // INVALID
};
/// RELATED to the entry of the packet it quotes, if there is one.
struct Error {
    const InnerPacket* quoted;  // null: too little of it is there
    bool query_if_unmatched;    // if it fits nothing it goes on as a query
};
using Judgement = std::variant<Query, Untracked, Faulty, Error>;

namespace detail {

constexpr const InnerPacket* there(const std::optional<InnerPacket>& inner) { return inner ? &*inner : nullptr; }

constexpr Judgement judge_v6(const Packet& packet, const Edition& edition) {
    const std::uint8_t type = packet.icmp->type;
    if (v6_untracked(type, edition)) return Untracked{};
    if (type == v6_redirect && edition.core.icmpv6_redirect_checked && packet.icmp->code == 0) {
        constexpr std::uint64_t link_local = 0xfe80'0000'0000'0000, prefix = 0xffc0'0000'0000'0000;
        if (packet.hop_limit != 255 || (packet.src.high & prefix) != link_local)
            return Faulty{Clause::icmpv6_redirect_hop};
        if (!packet.redirect_option_ok) return Faulty{Clause::icmpv6_redirect_option};
        if (packet.redirected) return Error{&*packet.redirected, false};
        return Query{};
    }
    if (!v6_is_error(type)) return Query{};
    return Error{there(packet.inner), false};
}

}  // namespace detail

/// `packet` is ICMP or ICMPv6. Of the wrong family for its number it is a query here, and meets its fate later. The
/// result points into the packet.
constexpr Judgement judge(const Packet& packet, const Edition& edition, const Settings& settings) {
    const bool v6 = packet.protocol == protocol::icmpv6;
    if (v6 != (packet.family == Family::ipv6)) return Query{};
    if (const auto fault = icmp_fault(packet, edition, settings)) return Faulty{*fault};
    if (v6) return detail::judge_v6(packet, edition);
    if (!is_error(packet.icmp->type)) return Query{};
    return Error{detail::there(packet.inner), edition.core.unmatched_error_is_query};
}

/// The tuple by which the entry of the quoted packet is found, that of its answer; or why there is none.
constexpr std::variant<Tuple, Clause> tuple_of_answer(const InnerPacket* quoted, const Edition& edition,
                                                      const Modules& modules) {
    if (quoted == nullptr) return Clause::icmp_error_inner_short;
    const auto tuple = tuple_of(*quoted, edition, modules);
    if (!tuple) return Clause::icmp_error_inner_short;
    const auto answer = inverse(*tuple, edition, modules);
    if (!answer) return Clause::icmp_error_inner_not_invertible;
    return *answer;
}

/// May this packet make an entry? Of ICMP only requests do.
constexpr bool may_open_entry(const Packet& packet, const Tuple& tuple, const Edition& edition,
                              const Modules& modules) {
    if (!packet.icmp || !tuple.is_icmp()) return true;
    if (tracker_of(tuple.proto, tuple.family, edition, modules) == L4Tracker::generic) return true;
    return tuple.proto == protocol::icmp ? may_open(packet.icmp->type) : v6_may_open(packet.icmp->type);
}

/// Is the packet of the family that its ICMP tracker is made for?
constexpr bool fits_family(L4Tracker tracker, Family family) {
    return tracker != (family == Family::ipv4 ? L4Tracker::icmpv6 : L4Tracker::icmp);
}

}  // namespace conntrack::icmp

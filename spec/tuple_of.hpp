// From a packet to its tuple, and from a tuple to the tuple of the answer.
// Sources: ip_ct_get_tuple(), nf_ct_get_tuple(), nf_ct_invert_tuple() and the trackers' own callbacks.
#pragma once

#include "spec/ends.hpp"
#include "spec/icmp.hpp"
#include "spec/packet.hpp"
#include "spec/trackers.hpp"

#include <optional>

namespace conntrack {

namespace detail {

struct TupleSource {
    const Address& src;
    const Address& dst;
    std::uint8_t protocol;
    Family family;
    std::uint32_t transport_bytes;
    std::uint16_t sport, dport;
    const IcmpHeader* icmp;
    const GreHeader* gre;  // null: no version 1, and its keys are 0
};

constexpr std::optional<Tuple> make_tuple(const TupleSource& p, const Edition& edition, const Modules& modules) {
    Tuple t{
        .src = p.src, .dst = p.dst, .src_part = 0, .dst_part = 0, .proto = p.protocol, .family = p.family, .zone = 0};
    switch (tracker_of(p.protocol, p.family, edition, modules)) {
        case L4Tracker::tcp:
        case L4Tracker::udp:
        case L4Tracker::udplite:
        case L4Tracker::sctp:
            if (p.transport_bytes < edition.core.tuple_needs_bytes) return std::nullopt;
            t.src_part = p.sport;
            t.dst_part = p.dport;
            return t;
        case L4Tracker::icmp:
        case L4Tracker::icmpv6:
            if (p.icmp == nullptr) return std::nullopt;
            t.src_part = p.icmp->id;
            t.dst_part = icmp_part(p.icmp->type, p.icmp->code);
            return t;
        // The sender's key would be one that the PPTP helper had registered: without it there is none.
        case L4Tracker::gre:
            if (p.gre == nullptr) return t;
            if (p.gre->protocol != gre_ppp) return std::nullopt;
            t.dst_part = p.gre->call_id;
            return t;
        case L4Tracker::generic: return t;
    }
    return std::nullopt;
}

template <class Header>
constexpr const Header* if_there(const std::optional<Header>& header) {
    return header ? &*header : nullptr;
}

}  // namespace detail

/// The tuple of a packet; nothing if its transport header is too short for one, or tuple_fault() says why not.
constexpr std::optional<Tuple> tuple_of(const Packet& p, const Edition& edition, const Modules& modules) {
    return detail::make_tuple({p.src, p.dst, p.protocol, p.family, p.transport_available, p.sport, p.dport,
                               detail::if_there(p.icmp), detail::if_there(p.gre)},
                              edition, modules);
}

/// Why a packet has no tuple.
constexpr Clause tuple_fault(const Packet& p) { return p.gre ? Clause::gre_payload : Clause::core_tuple_short; }

/// The tuple of the packet that an ICMP error quotes. Non-first fragments have none.
constexpr std::optional<Tuple> tuple_of(const InnerPacket& p, const Edition& edition, const Modules& modules) {
    if (p.later_fragment) return std::nullopt;
    const IcmpHeader* icmp = p.transport_bytes >= 8 ? &p.icmp : nullptr;
    return detail::make_tuple(
        {p.src, p.dst, p.protocol, p.family, p.transport_bytes, p.sport, p.dport, icmp, detail::if_there(p.gre)},
        edition, modules);
}

/// The tuple of the answer; nothing for an ICMP type that nothing answers.
constexpr std::optional<Tuple> inverse(const Tuple& t, const Edition& edition, const Modules& modules) {
    const L4Tracker tracker = tracker_of(t.proto, t.family, edition, modules);
    const bool icmp = tracker == L4Tracker::icmp || tracker == L4Tracker::icmpv6;
    Tuple out = with_ends(t, turned<Concrete>(ends_of(t), icmp), icmp);
    if (!icmp) return out;
    const auto type = t.proto == protocol::icmp ? icmp::partner(t.icmp_type()) : icmp::v6_partner(t.icmp_type());
    if (!type) return std::nullopt;
    out.dst_part = icmp_part(*type, t.icmp_code());
    return out;
}

}  // namespace conntrack

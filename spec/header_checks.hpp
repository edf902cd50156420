// Is the transport header one that this edition tracks? A fault makes the packet INVALID.
// Sources: the error callbacks of 2.6.x, and the first lines of the packet handlers of 6.18.
#pragma once

#include "spec/clause.hpp"
#include "spec/icmp.hpp"
#include "spec/packet.hpp"
#include "spec/settings.hpp"
#include "spec/tcp/flags.hpp"
#include "spec/trackers.hpp"

#include <optional>

namespace conntrack {

namespace detail {

/// linux-2.6.9 always checks; later editions unless nf_conntrack_checksum is 0.
constexpr bool bad_checksum(const Packet& p, const Edition& edition, const Settings& settings) {
    const bool checks = !info(Setting::checksum).defaults[static_cast<std::size_t>(edition.id)].has_value() ||
                        settings[Setting::checksum] != 0;
    return checks && p.checksum == Checksum::wrong;
}

constexpr std::optional<Clause> tcp_fault(const Packet& p, const Edition& edition, const Settings& settings) {
    if (!p.tcp) return Clause::tcp_header_short;
    if (p.tcp->header_bytes < 20 || p.tcp->header_bytes > p.transport_length) return Clause::tcp_header_offset;
    if (bad_checksum(p, edition, settings)) return Clause::tcp_header_checksum;
    if (!tcp::valid_flags(p.tcp->flags, edition)) return Clause::tcp_header_flags;
    return std::nullopt;
}

constexpr std::optional<Clause> udp_fault(const Packet& p, const Edition& edition, const Settings& settings) {
    if (!p.udp) return Clause::udp_header_short;
    if (p.udp->length > p.transport_length || p.udp->length < 8) return Clause::udp_header_length;
    if (p.udp->checksum != 0 && bad_checksum(p, edition, settings)) return Clause::udp_header_checksum;
    return std::nullopt;
}

constexpr std::optional<Clause> udplite_fault(const Packet& p, const Edition& edition, const Settings& settings) {
    if (!p.udp) return Clause::udplite_header_short;
    const std::uint16_t coverage = p.udp->length;
    if (coverage != 0 && (coverage < 8 || coverage > p.transport_length)) return Clause::udplite_header_coverage;
    if (p.udp->checksum == 0) return Clause::udplite_header_no_checksum;
    if (bad_checksum(p, edition, settings)) return Clause::udplite_header_checksum;
    return std::nullopt;
}

}  // namespace detail

/// ICMP and ICMPv6 are judged before the lookup in every edition.
constexpr std::optional<Clause> icmp_fault(const Packet& p, const Edition& edition, const Settings& settings) {
    if (!p.icmp) return Clause::icmp_header_short;
    if (detail::bad_checksum(p, edition, settings)) return Clause::icmp_header_checksum;
    if (p.protocol == protocol::icmp && p.icmp->type > icmp::largest_type) return Clause::icmp_header_type;
    return std::nullopt;
}

/// TCP, UDP and UDP-Lite: before the lookup in 2.6.x, in the packet handler in 6.18.
constexpr std::optional<Clause> transport_fault(L4Tracker tracker, const Packet& p, const Edition& edition,
                                                const Settings& settings) {
    switch (tracker) {
        case L4Tracker::tcp: return detail::tcp_fault(p, edition, settings);
        case L4Tracker::udp: return detail::udp_fault(p, edition, settings);
        case L4Tracker::udplite: return detail::udplite_fault(p, edition, settings);
        case L4Tracker::icmp:
        case L4Tracker::icmpv6:
        case L4Tracker::sctp:
        case L4Tracker::gre:
        case L4Tracker::generic: return std::nullopt;
    }
    return std::nullopt;
}

/// SCTP: in the packet handler in every edition.
constexpr std::optional<Clause> sctp_fault(const Packet& p, const Edition& edition, const Settings& settings) {
    if (!p.sctp) return Clause::sctp_header_short;
    if (edition.sctp.checks_checksum && detail::bad_checksum(p, edition, settings)) return Clause::sctp_header_checksum;
    return std::nullopt;
}

}  // namespace conntrack

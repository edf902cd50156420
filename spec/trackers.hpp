// Which protocol tracker a packet meets.
// Sources: ip_conntrack_standalone.c (2.6.9), nf_conntrack_proto.c (later).
#pragma once

#include "spec/edition.hpp"
#include "spec/tuple.hpp"

namespace conntrack {

enum class L4Tracker : std::uint8_t { tcp, udp, udplite, icmp, icmpv6, sctp, gre, generic };

/// Trackers and helpers that exist only if they were loaded (linux-2.6.x).
struct Modules {
    bool ftp = false;
    bool tftp = false;
    bool ftp_loose = false;  // every edition: FTP may announce the address of a third host (module option `loose`)
    bool udplite = false;
    bool sctp = false;
    bool gre = false;
};

constexpr L4Tracker tracker_of(std::uint8_t proto, Family family, const Edition& edition, const Modules& modules) {
    const bool any_family = edition.core.icmp_by_number_only;
    switch (proto) {
        case protocol::tcp: return L4Tracker::tcp;
        case protocol::udp: return L4Tracker::udp;
        case protocol::icmp: return any_family || family == Family::ipv4 ? L4Tracker::icmp : L4Tracker::generic;
        case protocol::icmpv6:
            return edition.core.ipv6 && (any_family || family == Family::ipv6) ? L4Tracker::icmpv6 : L4Tracker::generic;
        case protocol::udplite:
            return edition.core.udplite_tracker && (!edition.core.udplite_needs_module || modules.udplite)
                       ? L4Tracker::udplite
                       : L4Tracker::generic;
        case protocol::sctp:
            return edition.core.trackers_built_in || modules.sctp ? L4Tracker::sctp : L4Tracker::generic;
        case protocol::gre: {
            const bool there = edition.core.gre_tracker && (edition.core.trackers_built_in || modules.gre);
            return there && (family == Family::ipv4 || edition.core.gre_ipv6) ? L4Tracker::gre : L4Tracker::generic;
        }
        default: return L4Tracker::generic;
    }
}

/// May two first packets of one flow meet, and both go on (allow_clash of nf_conntrack_l4proto)?
constexpr bool may_clash(std::uint8_t proto, Family family, const Edition& edition, const Modules& modules) {
    if (!edition.core.resolves_clashes) return false;
    switch (tracker_of(proto, family, edition, modules)) {
        case L4Tracker::udp:
        case L4Tracker::udplite: return true;
        case L4Tracker::generic: return edition.core.generic_may_clash;
        default: return false;
    }
}

}  // namespace conntrack

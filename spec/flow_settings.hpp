// Which tracking a protocol without states of its own gets, and with which timeouts.
// Sources: udp_packet(), udplite_packet(), icmp_packet(), gre_packet(), generic_packet() and their sysctl tables.
#pragma once

#include "spec/flow.hpp"
#include "spec/settings.hpp"
#include "spec/trackers.hpp"

namespace conntrack::flow {

/// `counts_icmp`: this ICMP entry counts its requests (linux-2.6.9).
constexpr Kind kind_of(L4Tracker tracker, bool counts_icmp) {
    switch (tracker) {
        case L4Tracker::tcp: return Kind::own_states;
        case L4Tracker::udp: return Kind::udp;
        case L4Tracker::udplite: return Kind::udplite;
        case L4Tracker::icmp: return counts_icmp ? Kind::own_states : Kind::icmp;
        case L4Tracker::icmpv6: return Kind::icmp;
        case L4Tracker::sctp: return Kind::own_states;
        case L4Tracker::gre: return Kind::gre;
        case L4Tracker::generic: break;
    }
    return Kind::generic;
}

struct Timeouts {
    std::uint32_t unreplied = 0, stream = 0;  // seconds
};

constexpr Timeouts timeouts_of(Kind kind, Family family, const Edition& edition, const Settings& settings) {
    switch (kind) {
        case Kind::own_states: break;
        case Kind::udp:
        case Kind::udplite: {
            const auto& own = info(Setting::udplite_timeout).defaults[static_cast<std::size_t>(edition.id)];
            const bool lite = kind == Kind::udplite && own.has_value();
            return {settings[lite ? Setting::udplite_timeout : Setting::udp_timeout],
                    settings[lite ? Setting::udplite_timeout_stream : Setting::udp_timeout_stream]};
        }
        case Kind::icmp: {
            const auto timeout = settings[family == Family::ipv4 ? Setting::icmp_timeout : Setting::icmpv6_timeout];
            return {timeout, timeout};
        }
        case Kind::gre: {
            constexpr Timeouts compiled_in{30, 180};  // linux-2.6.32 has no settings for them
            const bool set = info(Setting::gre_timeout).defaults[static_cast<std::size_t>(edition.id)].has_value();
            return set ? Timeouts{settings[Setting::gre_timeout], settings[Setting::gre_timeout_stream]} : compiled_in;
        }
        case Kind::generic: return {settings[Setting::generic_timeout], settings[Setting::generic_timeout]};
    }
    return {};
}

}  // namespace conntrack::flow

// Where on its way through the router a packet may be translated, and which part of it is.
// Sources: HOOK2MANIP of nf_nat.h and ip_nat_core.c; opposite_hook[] of ip_nat_core.c.
#pragma once

#include "spec/tuple.hpp"

#include <cstdint>
#include <string_view>

namespace conntrack {

enum class Hook : std::uint8_t { pre_routing, local_in, forward, local_out, post_routing };

constexpr std::string_view name(Hook hook) {
    constexpr std::string_view names[] = {"PRE_ROUTING", "LOCAL_IN", "FORWARD", "LOCAL_OUT", "POST_ROUTING"};
    return names[static_cast<std::size_t>(hook)];
}

}  // namespace conntrack

namespace conntrack::nat {

/// What a binding changes: the source or the destination of the original direction.
enum class Manip : std::uint8_t { src, dst };

constexpr Manip opposite(Manip manip) { return manip == Manip::src ? Manip::dst : Manip::src; }

/// The destination is decided before the routing decision, the source after it.
constexpr Manip manip_at(Hook hook) {
    return hook == Hook::post_routing || hook == Hook::local_in ? Manip::src : Manip::dst;
}

/// The hook at which the other direction passes what this one passes at `hook`.
constexpr Hook opposite(Hook hook) {
    switch (hook) {
        case Hook::pre_routing: return Hook::post_routing;
        case Hook::post_routing: return Hook::pre_routing;
        case Hook::local_out: return Hook::local_in;
        case Hook::local_in: return Hook::local_out;
        case Hook::forward: break;
    }
    return Hook::forward;
}

constexpr std::string_view name(Manip manip) { return manip == Manip::src ? "SRC" : "DST"; }

}  // namespace conntrack::nat

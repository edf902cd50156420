// Which part of a packet is translated at which hook.
// Sources: HOOK2MANIP of nf_nat.h and ip_nat_core.c; opposite_hook[] of ip_nat_core.c.
#pragma once

#include "spec/hook.hpp"

#include <cstdint>
#include <string_view>

namespace conntrack::nat {

/// What a binding changes: the source or the destination of the original direction.
enum class Manip : std::uint8_t { src, dst };

constexpr Manip opposite(Manip manip) { return manip == Manip::src ? Manip::dst : Manip::src; }

/// The destination is decided before the routing decision, the source after it.
constexpr Manip manip_at(Hook hook) {
    return hook == Hook::postrouting || hook == Hook::input ? Manip::src : Manip::dst;
}

/// The hook at which the other direction passes what this one passes at `hook`.
constexpr Hook opposite(Hook hook) {
    switch (hook) {
        case Hook::prerouting: return Hook::postrouting;
        case Hook::postrouting: return Hook::prerouting;
        case Hook::output: return Hook::input;
        case Hook::input: return Hook::output;
        case Hook::forward: break;
    }
    return Hook::forward;
}

constexpr std::string_view name(Manip manip) { return manip == Manip::src ? "SRC" : "DST"; }

}  // namespace conntrack::nat

// How the connection that a translated one announced is translated: as its master.
// Source: nf_nat_follow_master().
#pragma once

#include "spec/expect/registry.hpp"
#include "spec/hook.hpp"
#include "spec/nat/range.hpp"

#include <array>

namespace conntrack::expect {

struct Binding {
    Hook hook;
    NatRange range;
};

/// What is decided for it at once, in this order; of an expectation that says how it follows.
inline std::array<Binding, 2> bindings_of(const Born& born) {
    const Follow& follow = *born.expectation.follow;
    const Tuple& others = follow.dir == Direction::original ? born.master_reply : born.master_original;
    NatRange source, destination;
    source.map_ips = destination.map_ips = destination.proto_specified = true;
    source.min = source.max = others.dst;
    destination.min = destination.max = others.src;
    destination.port_min = destination.port_max = follow.saved_part;
    return {{{Hook::postrouting, source}, {Hook::prerouting, destination}}};
}

}  // namespace conntrack::expect

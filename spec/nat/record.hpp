// A manipulation as linux-2.6.9 keeps it: what is done to packets of a direction at a hook.
// Source: struct ip_nat_info_manip.
#pragma once

#include "spec/address.hpp"
#include "spec/nat/manip.hpp"
#include "spec/tuple.hpp"

#include <cstdint>

namespace conntrack {

struct NatRecord {
    Direction dir = Direction::original;
    Hook hook = Hook::prerouting;
    nat::Manip manip = nat::Manip::src;
    Address address;
    std::uint16_t part = 0;  // port or id

    bool operator==(const NatRecord&) const = default;
};

}  // namespace conntrack

// Zones: a number that keeps flows with equal tuples apart. A zone may hold for one direction of a flow alone.
// Source: nf_conntrack_zones.h.
#pragma once

#include "spec/tuple.hpp"

#include <cstdint>

namespace conntrack {

struct Zone {
    std::uint16_t id = 0;
    bool original = true, reply = true;  // the directions it holds for

    /// The number by which tuples of that direction are told apart.
    [[nodiscard]] constexpr std::uint16_t of(Direction dir) const {
        return (dir == Direction::original ? original : reply) ? id : std::uint16_t{0};
    }
    [[nodiscard]] constexpr bool both() const { return original && reply; }
    bool operator==(const Zone&) const = default;
};

constexpr Tuple in_zone(Tuple tuple, const Zone& zone, Direction dir) {
    tuple.zone = zone.of(dir);
    return tuple;
}

}  // namespace conntrack

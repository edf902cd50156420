// Tuples that somebody chose who knows all of the hash but its key.
#pragma once

#include "spec/tuple.hpp"

#include <cstdint>
#include <string_view>

namespace conntrack::testing {

inline constexpr std::string_view chosen_patterns[] = {"neighbouring sources", "sources with the same low bits",
                                                       "every port, one address after the other", "strides"};

/// The tuple with that number, of one of these patterns: they differ as little as an attacker likes.
inline Tuple chosen_tuple(std::uint32_t number, unsigned pattern) {
    Tuple t{.src = Address::v4(0x0a000001), .dst = Address::v4(0xc0000202), .src_part = 1000, .dst_part = 80};
    t.proto = protocol::tcp;
    switch (pattern) {
        case 0: t.src = Address::v4(0x0a000000 + number); break;
        case 1: t.src = Address::v4(number << 12 | number >> 20); break;
        case 2:
            t.src_part = static_cast<std::uint16_t>(number);
            t.dst = Address::v4(0xc0000000 + (number >> 16));
            break;
        default:
            t.src = Address::v4(number * 0x9e37'79b1);
            t.dst = Address::v4(0 - number * 0x9e37'79b1);
            break;
    }
    return t;
}

}  // namespace conntrack::testing

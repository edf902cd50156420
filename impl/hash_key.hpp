// The secret of the hash by which tuples are found.
#pragma once

#include <array>
#include <cstdint>

namespace conntrack::fast {

/// One odd or even random word for each 32 bits of a tuple, and one to add. Who does not know them cannot choose
/// tuples that collide (keyed_hash.hpp).
struct HashKey {
    std::array<std::uint64_t, 12> words{};

    /// From the system's random numbers.
    static HashKey random();
    /// Always the same of one seed: for tests and measurements that are to be repeated.
    static HashKey from_seed(std::uint64_t seed);
};

}  // namespace conntrack::fast

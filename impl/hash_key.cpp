#include "impl/hash_key.hpp"

#include <random>

namespace conntrack::fast {

HashKey HashKey::random() {
    std::random_device device;
    HashKey key;
    for (std::uint64_t& word : key.words) word = std::uint64_t{device()} << 32 | device();
    return key;
}

HashKey HashKey::from_seed(std::uint64_t seed) {
    std::mt19937_64 numbers(seed);
    HashKey key;
    for (std::uint64_t& word : key.words) word = numbers();
    return key;
}

}  // namespace conntrack::fast

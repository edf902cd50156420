#include "bench/fast/chains.hpp"

#include "impl/index.hpp"
#include "impl/lookup_key.hpp"
#include "tests/support/chosen_tuples.hpp"

#include <fmt/format.h>
#include <functional>
#include <iterator>
#include <random>
#include <vector>

namespace conntrack::bench {

namespace {

constexpr std::uint32_t count = 200'000;

fast::Tag tag_of(const Tuple& tuple, const fast::HashKey& key) { return fast::tag_of(fast::lookup_key_of(tuple), key); }

std::size_t longest_chain(std::size_t tuples, const std::function<fast::Tag(std::uint32_t)>& tag) {
    fast::Index index(count);
    for (std::uint32_t i = 0; i < tuples; ++i) index.insert(tag(i), {i, Direction::original, false});
    return index.chains().longest;
}

/// Tuples that begin in bucket 0 of an index of 65,536 buckets and of every smaller one.
std::vector<Tuple> colliding(const fast::HashKey& known, std::size_t wanted) {
    constexpr std::uint32_t buckets = 1 << 16;
    std::vector<Tuple> out;
    for (std::uint32_t number = 0; out.size() < wanted; ++number) {
        const Tuple tuple = testing::chosen_tuple(number, 0);
        if (fast::bucket_of(tag_of(tuple, known), buckets) == 0) out.push_back(tuple);
    }
    return out;
}

}  // namespace

void measure_chains() {
    const auto key = fast::HashKey::random();
    fmt::print("\nlongest chain of {} tuples, in lines of seven\n", count);
    std::mt19937 numbers(1);
    fmt::print("  {:<44} {:>4}\n", "random tags", longest_chain(count, [&](std::uint32_t) { return numbers(); }));
    for (unsigned pattern = 0; pattern < std::size(testing::chosen_patterns); ++pattern)
        fmt::print("  {:<44} {:>4}\n", testing::chosen_patterns[pattern], longest_chain(count, [&](std::uint32_t i) {
                       return tag_of(testing::chosen_tuple(i, pattern), key);
                   }));
    constexpr std::size_t chosen = 7'000;
    const auto known = fast::HashKey::from_seed(1);
    const auto tuples = colliding(known, chosen);
    fmt::print("{} tuples that share a bucket under a key that is known\n", chosen);
    for (const auto& [whose, of] : {std::pair{"under that key", &known}, {"under a random key", &key}})
        fmt::print("  {:<44} {:>4}\n", whose,
                   longest_chain(chosen, [&, k = of](std::uint32_t i) { return tag_of(tuples[i], *k); }));
    std::fflush(stdout);
}

}  // namespace conntrack::bench

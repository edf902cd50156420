#include "model/chains.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace conntrack {

Chains::Chains(std::uint32_t buckets, BucketOf bucket_of) : chains_(buckets), bucket_of_(std::move(bucket_of)) {
    assert(buckets > 0);
}

std::uint32_t Chains::bucket_of(const Tuple& tuple) const {
    const std::uint32_t bucket = bucket_of_(tuple);
    assert(bucket < chains_.size());
    return bucket;
}

Chains::Place Chains::place(std::vector<Link>& chain, std::uint64_t position) {
    return std::ranges::lower_bound(chain, position, {}, &Link::position);
}

void Chains::add(const Tuple& tuple, std::uint64_t position, Entry* entry) {
    auto& chain = chains_[bucket_of(tuple)];
    chain.insert(place(chain, position), {position, entry});  // almost always at the end: the newest
}

void Chains::remove(const Tuple& tuple, std::uint64_t position) {
    auto& chain = chains_[bucket_of(tuple)];
    const auto it = place(chain, position);
    if (it != chain.end() && it->position == position) chain.erase(it);
}

void Chains::give(const Tuple& tuple, std::uint64_t position, Entry& entry) {
    auto& chain = chains_[bucket_of(tuple)];
    const auto it = place(chain, position);
    assert(it != chain.end() && it->position == position);
    it->entry = &entry;
}

}  // namespace conntrack

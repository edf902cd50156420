#include "impl/chosen_chains.hpp"

#include <utility>

namespace conntrack::fast {

namespace {

constexpr Direction both[] = {Direction::original, Direction::reply};

}  // namespace

ChosenChains::ChosenChains(EntryStore& store, std::uint32_t buckets, BucketOf bucket_of)
    : store_(store), chains_(buckets), bucket_of_(std::move(bucket_of)) {
    store_.each([&](Handle entry) {
        if (store_[entry].linked()) add(entry);
    });
}

void ChosenChains::add(Handle entry) {
    for (const Direction dir : both) {
        if (dir == Direction::original && store_[entry].has(Trait::reply_only)) continue;
        chains_[bucket_of_(store_.tuple(entry, dir))].emplace_back(entry, dir, false);
    }
}

void ChosenChains::remove(Handle entry) {
    for (const Direction dir : both)
        std::erase_if(chains_[bucket_of_(store_.tuple(entry, dir))],
                      [&](const Link& link) { return link.is_of(entry, dir); });
}

}  // namespace conntrack::fast

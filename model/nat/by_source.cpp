#include "model/nat/by_source.hpp"

#include <cassert>

namespace conntrack {

BySource::Key BySource::key(const Tuple& original, std::uint64_t listed_as) {
    return {original.proto, original.family, original.src, original.src_part, ~listed_as};
}

void BySource::add(Entry& entry) {
    assert(entry.nat != nullptr);
    if (entry.nat->listed_as != 0) remove(entry);
    entry.nat->listed_as = next_++;
    entries_.emplace(key(entry.original, entry.nat->listed_as), &entry);
}

void BySource::remove(Entry& entry) {
    if (entry.nat == nullptr || entry.nat->listed_as == 0) return;
    const auto erased = entries_.erase(key(entry.original, entry.nat->listed_as));
    assert(erased == 1);
    static_cast<void>(erased);
    entry.nat->listed_as = 0;
}

std::pair<BySource::Map::const_iterator, BySource::Map::const_iterator> BySource::range_of(const Tuple& tuple) const {
    return {entries_.lower_bound(key(tuple, ~std::uint64_t{0})), entries_.upper_bound(key(tuple, 0))};
}

}  // namespace conntrack

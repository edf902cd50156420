#include "impl/crossings.hpp"

#include "impl/shard_of.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <stdexcept>
#include <string>

namespace conntrack::fast {

namespace {

constexpr unsigned shard_bits = 8, count_bits = 8, mark_shift = shard_bits + count_bits;
constexpr std::uint64_t one_more = std::uint64_t{1} << shard_bits;

constexpr std::uint64_t mark_in(std::uint64_t word) { return word >> mark_shift; }
constexpr std::uint32_t shard_in(std::uint64_t word) { return word & 0xff; }
constexpr std::uint32_t count_in(std::uint64_t word) { return word >> shard_bits & 0xff; }

}  // namespace

Crossings::Crossings(std::uint32_t shards, const HashKey& key, std::uint32_t most)
    : key_(key), line_mask_(std::bit_ceil(std::max(most, 8U) / 4) - 1), most_(most) {
    if (shards == 0 || shards > most_shards)
        throw std::invalid_argument("shards: 1 to 256 were expected, not " + std::to_string(shards));
    for (std::uint32_t i = 0; i < shards; ++i) {
        shards_.push_back(std::make_unique<Shard>());
        Shard& shard = *shards_.back();
        shard.memory = ReservedMemory((std::size_t{line_mask_} + 1) * sizeof(Line));
        shard.lines = static_cast<Line*>(shard.memory.data());  // all zero
    }
}

/// Never 0, which stands for nothing.
std::uint64_t Crossings::mark_of(const Tuple& tuple) const {
    return std::max(hash_of_ends(tuple, key_) >> 16, one_more);
}

std::uint32_t Crossings::home_of(std::uint64_t mark) const {
    return static_cast<std::uint32_t>((mark >> 16) * shards_.size() >> 32);
}

std::atomic<Crossings::Word>* Crossings::find(const Shard& home, std::uint64_t mark) const {
    for (std::uint32_t at = first_line(mark);; at = (at + 1) & line_mask_) {
        Line& line = home.lines[at];
        for (auto& word : line.words)
            if (mark_in(word.load(std::memory_order_acquire)) == mark) return &word;
        if (line.went_on.load(std::memory_order_acquire) == 0) return nullptr;
    }
}

std::uint32_t Crossings::shard_of(const Tuple& tuple) const {
    const std::uint64_t mark = mark_of(tuple);
    const std::uint32_t home = home_of(mark);
    if (size() == 0) return home;
    const auto* found = find(*shards_[home], mark);
    if (found == nullptr) return home;
    const Word word = found->load(std::memory_order_acquire);
    return mark_in(word) == mark ? shard_in(word) : home;  // it may have gone this moment
}

bool Crossings::is_taken_elsewhere(const Tuple& tuple, std::uint32_t shard) {
    const std::uint64_t mark = mark_of(tuple);
    const std::uint32_t at_home = home_of(mark);
    Shard& home = *shards_[at_home];
    const std::lock_guard lock(home.mutex);
    if (const auto* found = find(home, mark)) return shard_in(found->load(std::memory_order_relaxed)) != shard;
    return at_home != shard && home.home != nullptr && home.home->links(tuple);
}

bool Crossings::claim(const Tuple& tuple, std::uint32_t shard) {
    const std::uint64_t mark = mark_of(tuple);
    Shard& home = *shards_[home_of(mark)];
    const std::lock_guard lock(home.mutex);
    if (auto* found = find(home, mark)) {
        const Word word = found->load(std::memory_order_relaxed);
        if (shard_in(word) != shard || count_in(word) == 0xff) return false;
        found->store(word + one_more, std::memory_order_release);
        return true;
    }
    if (home.used == most_ || (home.home != nullptr && home.home->links(tuple))) return false;
    insert(home, mark << mark_shift | one_more | shard);
    return true;
}

void Crossings::insert(Shard& home, Word word) {
    for (std::uint32_t at = first_line(mark_in(word));; at = (at + 1) & line_mask_) {
        for (auto& place : home.lines[at].words) {
            if (place.load(std::memory_order_relaxed) != 0) continue;
            place.store(word, std::memory_order_release);
            ++home.used;
            size_.fetch_add(1, std::memory_order_release);
            return;
        }
        home.lines[at].went_on.fetch_add(1, std::memory_order_release);
    }
}

void Crossings::give_up(const Tuple& tuple, std::uint32_t shard) {
    const std::uint64_t mark = mark_of(tuple);
    Shard& home = *shards_[home_of(mark)];
    const std::lock_guard lock(home.mutex);
    auto* found = find(home, mark);
    assert(found != nullptr);
    const Word word = found->load(std::memory_order_relaxed);
    assert(shard_in(word) == shard && count_in(word) > 0);
    static_cast<void>(shard);
    if (count_in(word) > 1)
        found->store(word - one_more, std::memory_order_release);
    else
        erase(home, mark);
}

void Crossings::erase(Shard& home, std::uint64_t mark) {
    for (std::uint32_t at = first_line(mark);; at = (at + 1) & line_mask_) {
        for (auto& place : home.lines[at].words) {
            if (mark_in(place.load(std::memory_order_relaxed)) != mark) continue;
            place.store(0, std::memory_order_release);
            --home.used;
            size_.fetch_sub(1, std::memory_order_release);
            return;
        }
        home.lines[at].went_on.fetch_sub(1, std::memory_order_release);
    }
}

}  // namespace conntrack::fast

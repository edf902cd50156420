// Tuples that live in another shard than the one that their hash names. Both directions of a flow that is not
// translated have one hash; of one that is, its replies have another, so they are looked up here before they are given
// to a shard. A reader takes no lock. What one shard's NAT may not take because another shard has it is asked here,
// too.
//
// A tuple and its inverse are one here, and zones are not told apart: whoever gives a packet to a shard knows neither
// its direction nor its zone.
#pragma once

#include "impl/hash_key.hpp"
#include "impl/reserved_array.hpp"
#include "spec/tuple.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace conntrack::fast {

/// A shard, as the others ask it.
class Home {
  public:
    Home() = default;
    Home(const Home&) = delete;
    Home& operator=(const Home&) = delete;
    virtual ~Home() = default;
    /// Has a linked entry of the shard this tuple? Asked by other threads, which hold the shard's lock.
    [[nodiscard]] virtual bool links(const Tuple& tuple) const = 0;
};

class Crossings {
  public:
    static constexpr std::uint32_t most_shards = 256;

    /// Of each shard's tuples, `most` may live elsewhere; a flow that would need one more is refused. Memory is taken
    /// as they come. Throws std::invalid_argument for more shards than 256, or none.
    Crossings(std::uint32_t shards, const HashKey& key, std::uint32_t most = 1U << 22);

    /// The shard that the tuple's hash names, and the one that it belongs to. From any thread.
    [[nodiscard]] std::uint32_t home_of(const Tuple& tuple) const { return home_of(mark_of(tuple)); }
    [[nodiscard]] std::uint32_t shard_of(const Tuple& tuple) const;

    void join(std::uint32_t shard, const Home& home) { shards_[shard]->home = &home; }
    /// A shard changes its index under its lock, and others look into it under that.
    [[nodiscard]] std::recursive_mutex& lock_of(std::uint32_t shard) { return shards_[shard]->mutex; }

    /// As `shard` sees it: has another shard an entry with this tuple? Takes the lock of the tuple's home.
    [[nodiscard]] bool is_taken_elsewhere(const Tuple& tuple, std::uint32_t shard);
    /// From now on a tuple whose home is another shard lives in `shard`; false: it is taken there. To be called without
    /// the shard's own lock.
    bool claim(const Tuple& tuple, std::uint32_t shard);
    void give_up(const Tuple& tuple, std::uint32_t shard);

    [[nodiscard]] std::uint64_t size() const { return size_.load(std::memory_order_relaxed); }

  private:
    // 48 bits that tell a tuple from others, 8 how often it was claimed, 8 by which shard.
    using Word = std::uint64_t;
    struct alignas(64) Line {
        std::atomic<Word> words[7];          // 0: free
        std::atomic<std::uint64_t> went_on;  // how many words stand in later lines since this one was full
    };
    struct Shard {
        std::recursive_mutex mutex;
        const Home* home = nullptr;
        ReservedMemory memory;
        Line* lines = nullptr;
        std::uint32_t used = 0;
    };
    HashKey key_;
    std::uint32_t line_mask_, most_;
    std::vector<std::unique_ptr<Shard>> shards_;
    std::atomic<std::uint64_t> size_ = 0;

    [[nodiscard]] std::uint64_t mark_of(const Tuple& tuple) const;
    [[nodiscard]] std::uint32_t home_of(std::uint64_t mark) const;
    [[nodiscard]] std::uint32_t first_line(std::uint64_t mark) const {
        return static_cast<std::uint32_t>(mark >> 8) & line_mask_;
    }
    /// Where the mark stands; null: nowhere.
    [[nodiscard]] std::atomic<Word>* find(const Shard& home, std::uint64_t mark) const;
    void insert(Shard& home, Word word);
    void erase(Shard& home, std::uint64_t mark);
};

}  // namespace conntrack::fast

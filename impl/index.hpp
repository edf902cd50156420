// The index: from a tag to the entries that may have it. One cache line a bucket. It grows by linear hashing, one
// bucket split for a few tuples added, so that no packet ever waits for a table to be built anew.
#pragma once

#include "impl/lookup_key.hpp"
#include "impl/prefetch.hpp"
#include "impl/reserved_array.hpp"

#include <bit>
#include <cassert>
#include <cstdint>
#include <limits>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace conntrack::fast {

/// What the index keeps of a tuple besides its tag: the entry, in which direction the tuple is its, and whether the
/// entry is ASSURED, so that a full table need not look at entries that may not go.
class Link {
  public:
    Link() = default;
    constexpr Link(std::uint32_t entry, Direction dir, bool assured)
        : bits_(entry << 2 | (assured ? 2U : 0U) | static_cast<std::uint32_t>(dir)) {}

    [[nodiscard]] std::uint32_t entry() const { return bits_ >> 2; }
    [[nodiscard]] Direction dir() const { return static_cast<Direction>(bits_ & 1); }
    [[nodiscard]] bool assured() const { return (bits_ & 2) != 0; }
    [[nodiscard]] bool is_of(std::uint32_t entry, Direction dir) const {
        return (bits_ & ~2U) == Link(entry, dir, false).bits_;
    }
    void assure() { bits_ |= 2; }

  private:
    std::uint32_t bits_ = 0;
};

/// Linear hashing: the bucket of a tag where there are so many buckets. `mask` is std::bit_ceil(buckets) - 1. Without a
/// branch, since none could be foreseen.
constexpr std::uint32_t bucket_of(Tag tag, std::uint32_t buckets, std::uint32_t mask) {
    const std::uint32_t at = tag & mask;
    return at & mask >> (at >= buckets ? 1U : 0U);
}
constexpr std::uint32_t bucket_of(Tag tag, std::uint32_t buckets) {
    return bucket_of(tag, buckets, std::bit_ceil(buckets) - 1);
}

/// How many low bits of a tag all tuples of that bucket share.
constexpr unsigned bits_of_bucket(std::uint32_t bucket, std::uint32_t buckets) {
    const std::uint32_t half = std::bit_ceil(buckets) >> 1;
    const auto bits = static_cast<unsigned>(std::bit_width(half));  // of the larger mask
    if (buckets == 1) return 0;
    return bucket >= half || bucket + half < buckets ? bits : bits - 1;
}

class Index {
  public:
    /// `most` tuples at most.
    explicit Index(std::size_t most);

    /// The line in which a tag is looked for, to be fetched in advance.
    [[nodiscard]] const void* line(Tag tag) const { return &buckets_[bucket_of(tag, count_, mask_)]; }

    /// Calls match(link) for every link with this tag until it returns true; whether it did.
    template <class Match>
    bool find(Tag tag, Match match) const {
        const Bucket* bucket = &buckets_[bucket_of(tag, count_, mask_)];
        for (;;) {
            for (std::uint32_t hits = hits_in(*bucket, tag); hits != 0; hits &= hits - 1)
                if (match(bucket->links[std::countr_zero(hits)])) return true;
            if (bucket->next == 0) return false;
            bucket = &overflow_[bucket->next];
        }
    }

    /// The first link with this tag if it stands in `line`, which was the tag's; else the next line is fetched.
    bool peek(const void* line, Tag tag, Link& found) const {
        const Bucket& bucket = *static_cast<const Bucket*>(line);
        const std::uint32_t hits = hits_in(bucket, tag);
        if (hits == 0) {
            if (bucket.next != 0) prefetch(&overflow_[bucket.next]);
            return false;
        }
        found = bucket.links[std::countr_zero(hits)];
        return true;
    }

    /// From now on may_yield() is asked about so many buckets. Looks at every tuple.
    void divide(std::uint32_t buckets);
    /// Is there a tuple of an entry that is not ASSURED in this bucket of those of divide()? A full table asks before
    /// it goes through a chain. (Where there were ever more than can be counted the answer is yes.)
    [[nodiscard]] bool may_yield(std::uint32_t bucket) const { return droppable_[bucket] != 0; }
    /// What may_yield() reads of this bucket comes into the cache.
    void fetch_yield(std::uint32_t bucket) const { prefetch(&droppable_[bucket]); }

    void insert(Tag tag, Link link);
    /// The link must be there.
    void remove(Tag tag, std::uint32_t entry, Direction dir);
    /// The entry became ASSURED.
    void assure(Tag tag, std::uint32_t entry, Direction dir);

    /// Visits the links of bucket `bucket` of `buckets`, whatever the index' own number of buckets is.
    template <class Visit>
    void each_in(std::uint32_t bucket, std::uint32_t buckets, Visit visit) const {
        const unsigned bits = bits_of_bucket(bucket, buckets);
        const std::uint64_t step = std::uint64_t{1} << bits;
        const auto mask = static_cast<Tag>(step - 1);
        const std::uint32_t first = bucket_of(bucket, count_);
        if (bits_of_bucket(first, count_) <= bits) return each_of_line(first, mask, bucket, visit);
        for (std::uint64_t at = bucket; at < count_; at += step)
            each_of_line(static_cast<std::uint32_t>(at), mask, bucket, visit);
    }

    [[nodiscard]] std::size_t tuples() const { return tuples_; }
    [[nodiscard]] std::uint32_t buckets() const { return count_; }
    [[nodiscard]] std::size_t bytes() const {
        return (std::size_t{count_} + overflow_used_) * sizeof(Bucket) + divided_into_ * sizeof(Number);
    }
    /// Lines of the longest chain, and how many buckets are longer than one line.
    struct Chains {
        std::size_t longest = 0, overflowing = 0;
    };
    [[nodiscard]] Chains chains() const;

  private:
    static constexpr unsigned slots = 7;
    static constexpr std::uint32_t all = (1U << slots) - 1;

    struct alignas(64) Bucket {
        Tag tags[slots];
        Link links[slots];
        std::uint32_t next;  // in overflow_; 0: none
        std::uint32_t used;  // a bit for each slot
    };
    static_assert(sizeof(Bucket) == 64);

    ReservedArray<Bucket> buckets_, overflow_;
    using Number = std::uint16_t;
    static constexpr Number too_many = std::numeric_limits<Number>::max();  // stays so: it was lost count
    ReservedArray<Number> droppable_{1};                                    // by bucket of divide()
    std::uint32_t divided_into_ = 1, divided_mask_ = 0;
    std::uint32_t count_ = 8, mask_ = 7;
    std::size_t tuples_ = 0;
    std::size_t most_buckets_;
    std::uint32_t overflow_used_ = 1;  // 0 is no line
    std::uint32_t overflow_free_ = 0;

    static std::uint32_t hits_in(const Bucket& bucket, Tag tag) {
#ifdef __SSE2__
        const __m128i wanted = _mm_set1_epi32(static_cast<int>(tag));
        const auto equal = [&](const Tag* tags) {
            const __m128i there = _mm_loadu_si128(reinterpret_cast<const __m128i*>(tags));
            return static_cast<std::uint32_t>(_mm_movemask_ps(_mm_castsi128_ps(_mm_cmpeq_epi32(there, wanted))));
        };
        return (equal(&bucket.tags[0]) | equal(&bucket.tags[slots - 4]) << (slots - 4)) & bucket.used;
#else
        std::uint32_t hits = 0;
        for (unsigned i = 0; i < slots; ++i) hits |= (bucket.tags[i] == tag ? 1U : 0U) << i;
        return hits & bucket.used;
#endif
    }

    template <class Visit>
    void each_of_line(std::uint32_t at, Tag mask, Tag wanted, Visit& visit) const {
        for (const Bucket* bucket = &buckets_[at];; bucket = &overflow_[bucket->next]) {
            for (std::uint32_t used = bucket->used; used != 0; used &= used - 1) {
                const auto i = std::countr_zero(used);
                if ((bucket->tags[i] & mask) == wanted) visit(bucket->links[i]);
            }
            if (bucket->next == 0) return;
        }
    }

    Number& droppable(Tag tag) { return droppable_[bucket_of(tag, divided_into_, divided_mask_)]; }
    void count_droppable(Tag tag) {
        Number& number = droppable(tag);
        if (number != too_many) ++number;
    }
    void forget_droppable(Tag tag) {
        Number& number = droppable(tag);
        assert(number != 0);
        if (number != too_many) --number;
    }
    void put(Bucket& bucket, Tag tag, Link link);
    void split();
    std::uint32_t take_line();
    void give_line(std::uint32_t line);
    struct Place {
        Bucket* bucket;
        unsigned slot;
    };
    Place place(Tag tag, std::uint32_t entry, Direction dir);
};

}  // namespace conntrack::fast

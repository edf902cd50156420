#include "impl/index.hpp"

#include <algorithm>

namespace conntrack::fast {

namespace {

/// Tuples for each bucket, on the average, before one more is split off: lookups read 1.1 lines then.
constexpr std::size_t tuples_times_10_per_bucket = 32;

}  // namespace

Index::Index(std::size_t most)
    : buckets_(std::bit_ceil(std::max<std::size_t>(most * 10 / tuples_times_10_per_bucket + 8, 8)) + 1),
      overflow_(std::max<std::size_t>(most, 8) + 2),
      most_buckets_(std::bit_ceil(std::max<std::size_t>(most * 10 / tuples_times_10_per_bucket + 8, 8))) {}

std::uint32_t Index::take_line() {
    if (overflow_free_ == 0) return overflow_used_++;
    const std::uint32_t line = overflow_free_;
    overflow_free_ = overflow_[line].next;
    overflow_[line] = {};
    return line;
}

void Index::give_line(std::uint32_t line) {
    overflow_[line] = {};
    overflow_[line].next = overflow_free_;
    overflow_free_ = line;
}

void Index::put(Bucket& first, Tag tag, Link link) {
    Bucket* bucket = &first;
    while (bucket->used == all) {
        if (bucket->next == 0) bucket->next = take_line();
        bucket = &overflow_[bucket->next];
    }
    const auto slot = static_cast<unsigned>(std::countr_one(bucket->used));
    bucket->tags[slot] = tag;
    bucket->links[slot] = link;
    bucket->used |= 1U << slot;
}

void Index::insert(Tag tag, Link link) {
    if (tuples_ * 10 >= std::size_t{count_} * tuples_times_10_per_bucket && count_ < most_buckets_) split();
    put(buckets_[bucket_of(tag, count_)], tag, link);
    if (!link.assured()) count_droppable(tag);
    ++tuples_;
}

/// Divides the next bucket in turn between itself and a new one.
void Index::split() {
    const std::uint32_t half = std::bit_ceil(count_ + 1) >> 1;
    const std::uint32_t from = count_ - half;
    Bucket old = buckets_[from];
    buckets_[from] = {};
    ++count_;
    mask_ = std::bit_ceil(count_) - 1;
    for (;;) {
        for (std::uint32_t used = old.used; used != 0; used &= used - 1) {
            const auto i = std::countr_zero(used);
            put(buckets_[bucket_of(old.tags[i], count_)], old.tags[i], old.links[i]);
        }
        const std::uint32_t next = old.next;
        if (next == 0) return;
        old = overflow_[next];
        give_line(next);
    }
}

Index::Place Index::place(Tag tag, std::uint32_t entry, Direction dir) {
    Bucket* bucket = &buckets_[bucket_of(tag, count_)];
    for (;;) {
        for (std::uint32_t hits = hits_in(*bucket, tag); hits != 0; hits &= hits - 1) {
            const auto slot = static_cast<unsigned>(std::countr_zero(hits));
            if (bucket->links[slot].is_of(entry, dir)) return {bucket, slot};
        }
        assert(bucket->next != 0 && "a linked tuple stands in the index");
        bucket = &overflow_[bucket->next];
    }
}

/// The hole is filled from the end of the chain, so that chains are as short as they can be.
void Index::remove(Tag tag, std::uint32_t entry, Direction dir) {
    const Place hole = place(tag, entry, dir);
    if (!hole.bucket->links[hole.slot].assured()) forget_droppable(tag);
    Bucket* before = nullptr;
    Bucket* last = &buckets_[bucket_of(tag, count_)];
    while (last->next != 0) {
        before = last;
        last = &overflow_[last->next];
    }
    const auto slot = static_cast<unsigned>(std::bit_width(last->used) - 1);
    hole.bucket->tags[hole.slot] = last->tags[slot];
    hole.bucket->links[hole.slot] = last->links[slot];
    last->used &= ~(1U << slot);
    if (last->used == 0 && before != nullptr) {
        give_line(before->next);
        before->next = 0;
    }
    --tuples_;
}

void Index::assure(Tag tag, std::uint32_t entry, Direction dir) {
    const Place found = place(tag, entry, dir);
    Link& link = found.bucket->links[found.slot];
    if (!link.assured()) forget_droppable(tag);
    link.assure();
}

void Index::divide(std::uint32_t buckets) {
    assert(buckets != 0);
    droppable_ = ReservedArray<Number>(buckets);
    divided_into_ = buckets;
    divided_mask_ = std::bit_ceil(buckets) - 1;
    for (std::uint32_t i = 0; i < count_; ++i)
        for (const Bucket* bucket = &buckets_[i];; bucket = &overflow_[bucket->next]) {
            for (std::uint32_t used = bucket->used; used != 0; used &= used - 1) {
                const auto slot = std::countr_zero(used);
                if (!bucket->links[slot].assured()) count_droppable(bucket->tags[slot]);
            }
            if (bucket->next == 0) break;
        }
}

Index::Chains Index::chains() const {
    Chains out;
    for (std::uint32_t i = 0; i < count_; ++i) {
        std::size_t lines = 1;
        for (const Bucket* bucket = &buckets_[i]; bucket->next != 0; bucket = &overflow_[bucket->next]) ++lines;
        out.longest = std::max(out.longest, lines);
        out.overflowing += lines > 1 ? 1 : 0;
    }
    return out;
}

}  // namespace conntrack::fast

// The chains of the hash table: which tuples stand in a bucket, in order of confirmation. Lookups do without them; they
// decide who goes when the table is full, so they are built when that is first asked.
#pragma once

#include "model/entry.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace conntrack {

/// The place of a tuple in its chain. Tuples are linked at the head: the original one, then, nearer the head, the
/// reply.
constexpr std::uint64_t chain_position(std::uint64_t confirmed_as, Direction dir) {
    return confirmed_as * 2 + static_cast<std::uint64_t>(dir);
}

class Chains {
  public:
    using BucketOf = std::function<std::uint32_t(const Tuple&)>;

    struct Link {
        std::uint64_t position;
        Entry* entry;  // null: one of the table's fillers

        [[nodiscard]] std::uint64_t confirmed_as() const { return position / 2; }
    };

    /// `bucket_of` says where a tuple falls, from 0 to `buckets` - 1, and always the same of the same tuple.
    Chains(std::uint32_t buckets, BucketOf bucket_of);

    void add(const Tuple& tuple, std::uint64_t position, Entry* entry);
    /// Takes a tuple out; nothing if it is not there.
    void remove(const Tuple& tuple, std::uint64_t position);
    /// The filler at that position has become an entry.
    void give(const Tuple& tuple, std::uint64_t position, Entry& entry);

    [[nodiscard]] std::uint32_t buckets() const { return static_cast<std::uint32_t>(chains_.size()); }
    [[nodiscard]] std::uint32_t bucket_of(const Tuple& tuple) const;
    /// From the end of the chain to its head: the oldest first. Valid until the chains change.
    [[nodiscard]] std::span<const Link> chain(std::uint32_t bucket) const { return chains_[bucket]; }

  private:
    std::vector<std::vector<Link>> chains_;
    BucketOf bucket_of_;

    using Place = std::vector<Link>::iterator;
    Place place(std::vector<Link>& chain, std::uint64_t position);
};

}  // namespace conntrack

// The chains of the hash table where somebody else says which bucket a tuple falls into: the index knows no others than
// its own. Built when the table is full for the first time, and from then on kept up; a check of recordings needs it.
#pragma once

#include "impl/entry_store.hpp"
#include "impl/index.hpp"

#include <functional>
#include <vector>

namespace conntrack::fast {

class ChosenChains {
  public:
    using BucketOf = std::function<std::uint32_t(const Tuple&)>;

    ChosenChains(EntryStore& store, std::uint32_t buckets, BucketOf bucket_of);

    void add(Handle entry);
    void remove(Handle entry);
    [[nodiscard]] std::uint32_t buckets() const { return static_cast<std::uint32_t>(chains_.size()); }
    [[nodiscard]] std::uint32_t bucket_of(const Tuple& tuple) const { return bucket_of_(tuple); }
    /// Links whose ASSURED bits say nothing.
    [[nodiscard]] const std::vector<Link>& chain(std::uint32_t bucket) const { return chains_[bucket]; }

  private:
    EntryStore& store_;
    std::vector<std::vector<Link>> chains_;
    BucketOf bucket_of_;
};

}  // namespace conntrack::fast

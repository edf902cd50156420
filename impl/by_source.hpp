// The entries that NAT has met, by protocol and original source, the newest binding first. From it a host's next flow
// gets the translation that its last one had. The lists' links stand in the entries' notes; an index finds their heads.
// Sources: the bysource hashes of ip_nat_core.c and nf_nat_core.c.
#pragma once

#include "impl/entry_store.hpp"
#include "impl/index.hpp"

#include <cstddef>

namespace conntrack::fast {

class BySource {
  public:
    BySource(EntryStore& store, const HashKey& key, std::uint32_t most_of_a_family)
        : store_(store), key_(key), heads_(std::size_t{most_of_a_family} * 2) {}

    /// Puts the entry in front of those with its original source. Listed already: moves it there.
    void add(Handle entry);
    void remove(Handle entry);
    [[nodiscard]] bool lists(Handle entry) const { return store_[entry].has(Trait::listed_by_source); }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::size_t bytes() const { return heads_.bytes(); }
    /// The newest entry with the source and protocol of `tuple`; no_entry: there is none. PackedNat::older leads on.
    [[nodiscard]] Handle newest(const Tuple& tuple) const;

  private:
    EntryStore& store_;
    HashKey key_;
    Index heads_;
    std::size_t size_ = 0;

    [[nodiscard]] Tag tag(const Tuple& tuple) const;
};

}  // namespace conntrack::fast

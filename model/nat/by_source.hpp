// The list by source: which entries NAT has met, by protocol and original source, the newest binding first. From it
// a host's next flow gets the translation that its last one had.
// Sources: the bysource hashes of ip_nat_core.c and nf_nat_core.c.
#pragma once

#include "model/entry.hpp"

#include <compare>
#include <cstdint>
#include <functional>
#include <map>

namespace conntrack {

class BySource {
  public:
    /// Puts the entry in front of those with its original source. Listed already: moves it there.
    void add(Entry& entry);
    void remove(Entry& entry);

    [[nodiscard]] std::size_t size() const { return entries_.size(); }

    /// Visits the entries with the source and protocol of `tuple`, the newest first, until `visit` returns true.
    template <class Visit>
    bool any_of(const Tuple& tuple, Visit visit) const {
        const auto [first, last] = range_of(tuple);
        for (auto it = first; it != last; ++it)
            if (visit(*it->second)) return true;
        return false;
    }
    /// Visits every entry that is listed.
    template <class Visit>
    void each(Visit visit) const {
        for (const auto& [key, entry] : entries_) visit(*entry);
    }

  private:
    struct Key {
        std::uint8_t proto;
        Family family;
        Address address;
        std::uint16_t part;
        std::uint64_t age;  // the newest has the smallest
        auto operator<=>(const Key&) const = default;
    };
    using Map = std::map<Key, Entry*>;

    static Key key(const Tuple& original, std::uint64_t listed_as);
    [[nodiscard]] std::pair<Map::const_iterator, Map::const_iterator> range_of(const Tuple& tuple) const;

    Map entries_;
    std::uint64_t next_ = 1;
};

}  // namespace conntrack

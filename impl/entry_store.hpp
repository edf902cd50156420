// Where the entries lie. An entry is named by a number whose lowest bit says whether it is of IPv6; those of IPv4 take
// 128 bytes and those of IPv6 192, and 16 more apart.
#pragma once

#include "impl/packed_entry.hpp"
#include "impl/packed_nat.hpp"
#include "impl/prefetch.hpp"
#include "impl/reserved_array.hpp"
#include "impl/tracker.hpp"

#include <algorithm>
#include <cassert>
#include <optional>

namespace conntrack::fast {

class EntryStore {
  public:
    explicit EntryStore(std::uint32_t most_of_a_family) : most_(most_of_a_family) {
        for (Shelf& s : shelves_) s = Shelf(most_of_a_family);
        addresses_ = ReservedArray<PackedAddresses>(most_of_a_family);
    }

    static constexpr bool is_v6(Handle entry) { return (entry & 1) != 0; }

    PackedEntry& operator[](Handle entry) { return shelf(entry).entries[entry >> 1]; }
    const PackedEntry& operator[](Handle entry) const { return shelf(entry).entries[entry >> 1]; }
    PackedRest& rest(Handle entry) { return shelf(entry).rests[entry >> 1]; }
    [[nodiscard]] const PackedRest& rest(Handle entry) const { return shelf(entry).rests[entry >> 1]; }
    std::array<Counter, 2>& counters(Handle entry) { return shelf(entry).counters[entry >> 1]; }
    [[nodiscard]] const std::array<Counter, 2>& counters(Handle entry) const {
        return shelf(entry).counters[entry >> 1];
    }
    PackedNat& nat(Handle entry) { return shelf(entry).nats[entry >> 1]; }
    /// The same where NAT notes something of the entry for the first time.
    PackedNat& new_nat(Handle entry) {
        Shelf& s = shelf(entry);
        s.nats_used = std::max(s.nats_used, (entry >> 1) + 1);
        return s.nats[entry >> 1] = {};
    }
    [[nodiscard]] const PackedNat& nat(Handle entry) const { return shelf(entry).nats[entry >> 1]; }
    PackedAddresses& addresses(Handle entry) { return addresses_[entry >> 1]; }
    [[nodiscard]] const PackedAddresses& addresses(Handle entry) const { return addresses_[entry >> 1]; }

    /// All lines of an entry come into the cache.
    PackedEntry* fetch(Handle entry) {
        PackedEntry* const e = &(*this)[entry];
        prefetch(e);
        prefetch(reinterpret_cast<const char*>(e) + 64);
        if (is_v6(entry)) prefetch(&addresses(entry));
        return e;
    }

    /// An entry that is all zero; nothing if there are as many as memory was reserved for.
    std::optional<Handle> take(bool v6) {
        Shelf& s = shelves_[v6 ? 1 : 0];
        std::uint32_t number = s.free;
        if (number != none) {
            s.free = s.entries[number].next;
        } else {
            if (s.used == most_) return std::nullopt;
            number = s.used++;
        }
        s.entries[number] = {};
        ++taken_;
        return number << 1 | (v6 ? 1U : 0U);
    }

    void give_back(Handle entry) {
        Shelf& s = shelf(entry);
        (*this)[entry].id = 0;
        (*this)[entry].next = s.free;
        s.free = entry >> 1;
        assert(taken_ > 0);
        --taken_;
    }

    [[nodiscard]] std::size_t taken() const { return taken_; }
    /// Of all entries that there ever were at once.
    [[nodiscard]] std::size_t bytes() const {
        return shelves_[0].used * (sizeof(PackedEntry) + sizeof(PackedRest)) +
               shelves_[1].used * (sizeof(PackedEntry) + sizeof(PackedAddresses) + sizeof(PackedRest)) +
               (std::size_t{shelves_[0].nats_used} + shelves_[1].nats_used) * sizeof(PackedNat);
    }

    /// Visits the numbers of all places that were ever used; those that are free have the id 0.
    template <class Visit>
    void each(Visit visit) const {
        for (std::uint32_t v6 = 0; v6 < 2; ++v6)
            for (std::uint32_t i = 0; i < shelves_[v6].used; ++i)
                if (shelves_[v6].entries[i].id != 0) visit(Handle{i << 1 | v6});
    }

    [[nodiscard]] Tuple tuple(Handle entry, Direction dir) const;
    void set_tuple(Handle entry, Direction dir, const Tuple& tuple);

    /// Is that the entry's tuple in this direction?
    [[nodiscard]] bool matches(Handle entry, Direction dir, const LookupKey& key) const {
        return matches((*this)[entry], entry, dir, key);
    }
    [[nodiscard]] bool matches(const PackedEntry& e, Handle entry, Direction dir, const LookupKey& key) const {
        const PackedTuple& t = e.tuples[static_cast<std::size_t>(dir)];
        if (is_v6(entry) != key.v6 || t.parts != key.parts || e.proto != key.proto || e.zone_of(dir) != key.zone)
            return false;
        if (!key.v6)
            return t.src == static_cast<std::uint32_t>(key.src_low) && t.dst == static_cast<std::uint32_t>(key.dst_low);
        const auto& pair = addresses(entry).of[static_cast<std::size_t>(dir)];
        return pair.src_high == key.src_high && pair.src_low == key.src_low && pair.dst_high == key.dst_high &&
               pair.dst_low == key.dst_low;
    }

  private:
    static constexpr std::uint32_t none = 0xffff'ffff;
    struct Shelf {
        Shelf() = default;
        explicit Shelf(std::size_t most) : entries(most), rests(most), counters(most), nats(most) {}
        ReservedArray<PackedEntry> entries;
        ReservedArray<PackedRest> rests;
        ReservedArray<std::array<Counter, 2>> counters;  // touched only where accounting is on
        ReservedArray<PackedNat> nats;                   // touched only where NAT has met an entry
        std::uint32_t used = 0;
        std::uint32_t nats_used = 0;  // of those that are used, so many at most were met by NAT
        std::uint32_t free = none;
    };
    std::uint32_t most_;
    std::array<Shelf, 2> shelves_;
    ReservedArray<PackedAddresses> addresses_;
    std::size_t taken_ = 0;

    Shelf& shelf(Handle entry) { return shelves_[entry & 1]; }
    [[nodiscard]] const Shelf& shelf(Handle entry) const { return shelves_[entry & 1]; }
};

}  // namespace conntrack::fast

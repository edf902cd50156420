// The search for a tuple that nobody else has: the source that a host had before, the address, the port.
// Sources: get_unique_tuple(), find_appropriate_src(), find_best_ips_proto() and the protocols' unique_tuple().
#pragma once

#include "spec/edition.hpp"
#include "spec/nat/range.hpp"
#include "spec/nat/table.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace conntrack::nat {

class Search {
  public:
    Search(const Edition& edition, const Modules& modules, Table& table)
        : edition_(edition), modules_(modules), table_(table) {}

    struct Chosen {
        Tuple current;              // packets of the original direction would leave as this
        std::optional<Tuple> as;    // they are to leave as this; nothing: no tuple is free, and the packet is dropped
        bool first_choice = false;  // a random choice was asked for
        bool none_free = false;     // none was: `as` is the last that was tried, and another entry's
    };
    /// Where the packets of an unconfirmed entry are to leave as, when a part of its binding is decided at a hook.
    [[nodiscard]] Chosen choose(const Seen& entry, Hook hook, const NatRange& range);

    /// The tuple of the answer, in the zone of the direction it is meant for.
    [[nodiscard]] Tuple inverse_of(const Tuple& tuple, const Zone& zone, Direction dir) const;

  private:
    const Edition& edition_;
    Modules modules_;
    Table& table_;
    std::array<std::uint16_t, 256> rover_{};  // by protocol: where the last search stood
    std::uint32_t address_turn_ = 0;          // linux-2.6.9: which address is looked at first

    /// One search.
    struct Wanted {
        const Seen& entry;
        Manip manip;
        Hook hook;
        const NatRange& range;
        bool chose_first = false;
        bool none_free = false;
    };

    [[nodiscard]] bool is_taken(const Tuple& tuple, const Seen& self) const;
    [[nodiscard]] bool is_taken_but_by_its_reverse(const Tuple& tuple, const Seen& self) const;
    [[nodiscard]] bool is_taken_even_so(const Tuple& tuple, const Seen& self, std::uint32_t tries_left);
    [[nodiscard]] bool fits(const Tuple& tuple, const NatRange& range, Manip manip) const;
    [[nodiscard]] std::optional<Tuple> reused(const Tuple& current, const Wanted& wanted) const;
    [[nodiscard]] std::optional<Tuple> unique_tuple(const Tuple& current, Wanted& wanted);
    void choose_address(Tuple& tuple, const Wanted& wanted);
    void choose_least_used(Tuple& tuple, const Wanted& wanted);
    [[nodiscard]] bool is_searched(const Tuple& tuple, Manip manip, const NatRange& range) const;
    bool search_part(Tuple& tuple, Wanted& wanted, Manip manip, const NatRange& range);
    bool search_in_turn(Tuple& tuple, Wanted& wanted, Manip manip, const NatRange& range);
    bool search_in_rounds(Tuple& tuple, Wanted& wanted, Manip manip, const NatRange& range);
};

}  // namespace conntrack::nat

// Decides a part of a flow's binding: the search for a tuple, and what of the entry it changes.
// Sources: ip_nat_setup_info(), nf_nat_setup_info().
#pragma once

#include "spec/nat/binding.hpp"
#include "spec/nat/record.hpp"
#include "spec/nat/search.hpp"

#include <array>
#include <cstddef>
#include <optional>

namespace conntrack::nat {

/// What a decision changes.
struct Decided {
    Tuple reply;
    Binding<Concrete> binding;
    bool marks_shown = true;             // whether the entry's status bits show it, or only NAT's own notes do
    bool lists = false;                  // the entry comes to the front of those with its source
    bool first_choice = false;           // Linux chose at random, and this is the first permitted choice
    bool none_free = false;              // the search found nothing: the tuple is another entry's
    std::array<NatRecord, 4> records{};  // linux-2.6.9: so many are added to what it notes of the flow
    std::size_t record_count = 0;
};

/// Of an entry that is not confirmed, and of which this part was not decided before. `done`: by Manip, what was.
/// Nothing: no tuple is free, and the packet is dropped.
std::optional<Decided> decide(Search& search, const Seen& entry, const std::array<bool, 2>& done, Hook hook,
                              const NatRange& range, const Edition& edition);

/// The range by which a flow is bound that no rule bound: the address stays, a source port may change if the tuple is
/// taken. `reply`: the entry's tuple so far.
NatRange null_range(const Tuple& reply, Hook hook);

}  // namespace conntrack::nat

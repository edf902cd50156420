// How many entries exist, as the maximum counts them: what the first packet of a flow makes of it, and of the entry
// that has to go for it.
#pragma once

#include "proofs/semantics.hpp"

#include <string>
#include <vector>

namespace conntrack::proofs {

/// An entry in the table that may have to go. Each packet that carries it has a reference.
struct Victim {
    Bit goes;  // somebody is found who may
    Word references;
    Bit possible = references != word(0);  // an entry in the table has at least the table's own
};
Victim any_victim(const std::string& name);

/// Its life after it was taken out of the table.
LifeRelation::Result victim_after(const Semantics& semantics, const Victim& victim);

/// The number of entries that exist after a packet wanted one.
Word counted_after(const Semantics& semantics, const Word& existing, const Word& max, const Victim& victim);

/// A maximum that limits: not 0; and below 2^31.
Bit is_a_maximum(const Word& max);

/// The number of entries that exist after each of some first packets of as many flows, in one chain, from an empty
/// table. A packet that is not held is freed before the next one comes; nothing expires. In each edition the oldest
/// entry goes, or all of them.
std::vector<Word> counts_of_first_packets(const Semantics& semantics, const Word& max, const std::vector<Bit>& held);

}  // namespace conntrack::proofs

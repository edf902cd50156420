// Search for the shortest packets of an SCTP association that tell two editions apart by one difference between them.
#pragma once

#include "proofs/distinguish/difference.hpp"

#include <optional>
#include <string>

namespace conntrack::proofs {

/// Runs of up to `most` packets of one chunk, or of one with DATA behind it: those that two correct peers might send,
/// and at most two more that bear any tags and flags; the last of them is told apart. Tags are only ever compared with
/// each other, so three, and 0, stand for all. Packets come a second apart, or a tenth where an entry does not live
/// that long. Nothing is left out within that bound: no solver is needed, the rules themselves are run.
std::optional<Distinction> distinguish_association(const Variant& one, const Variant& other,
                                                   const Difference& difference, unsigned most);

}  // namespace conntrack::proofs

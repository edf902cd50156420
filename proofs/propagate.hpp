// Rewrites a conjunction by what its parts say: an atom that must be true (or false) is so wherever else it stands, and
// a variable that must be some constant is that constant. The result is satisfiable exactly if the formula was.
#pragma once

#include "proofs/term.hpp"

namespace conntrack::proofs {

Ref propagated(Ref formula);

/// Where a variable never stands but beside some other term, in sums, their sum is as free as the variable: it takes
/// its place. Fewer adders are left, and solvers need not find out that two of them compute the same. Satisfiable
/// exactly if the formula was, but the variable's value is another.
Ref merged(Ref formula);

/// Every scaled window in the formula, in order.
std::vector<Ref> shifts_in(Ref formula);
/// Every product of a number of seconds, in order.
std::vector<Ref> products_in(Ref formula);
/// The formula with every `what` replaced by `by`.
Ref replaced(Ref formula, const std::vector<std::pair<Ref, Ref>>& what_by);

}  // namespace conntrack::proofs

// Sums of terms mod 2^bits, as they are simplified: what they have in common, what cancels, and the one term that a sum
// becomes.
#pragma once

#include "proofs/term.hpp"

#include <utility>
#include <vector>

namespace conntrack::proofs {

/// Terms with their factors, in order of their numbers, and a constant.
struct Sum {
    std::uint8_t bits;
    std::vector<std::pair<Ref, std::uint64_t>> parts;
    std::uint64_t constant = 0;
};
Sum sum_of(Ref a);
void add_term(Sum& sum, Ref a, std::uint64_t factor);
/// The one term for a sum: what is added, less what is subtracted, and the constant last.
Ref built(const Sum& sum);
/// The term for `from` less the sum.
Ref difference(std::uint64_t from, const Sum& sum);
/// Takes what two sums have in common out of both. A constant is common only if it is the same.
Sum take_common(Sum& a, Sum& b);
/// Is its first part subtracted? Of a sum and its negative, one is.
bool leads_with_minus(const Sum& sum);
/// Is a sum simpler with this choice made? If so for one branch, or if both are mere numbers.
bool is_better_made(const Sum& sum, const std::pair<Ref, std::uint64_t>& part);
/// The sum, with one branch of a choice among its parts in the place of the choice.
Ref with_branch(const Sum& sum, std::ptrdiff_t part, Ref branch);

}  // namespace conntrack::proofs

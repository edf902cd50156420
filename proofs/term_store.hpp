// Where terms are kept, once each; for those who build them.
#pragma once

#include "proofs/term.hpp"

#include <optional>

namespace conntrack::proofs {

/// The one node that is equal to this.
Ref keep(Node node);
Ref make(Op op, std::uint8_t bits, Ref a = nullptr, Ref b = nullptr, Ref c = nullptr);

/// What a rewriting that goes through choices was asked before, so that shared terms are not walked again and again.
std::optional<Ref> known_answer(Op op, Ref a, Ref b);
void keep_answer(Op op, Ref a, Ref b, Ref answer);

/// The answer to a question that is asked of both branches of a choice.
template <class Ask>
Ref through_choice(Op op, Ref a, Ref b, Ask ask) {
    if (const auto known = known_answer(op, a, b)) return *known;
    const Ref answer = choose(a->a, ask(a->b, b), ask(a->c, b));
    keep_answer(op, a, b, answer);
    return answer;
}

inline std::uint64_t all_ones(std::uint8_t bits) {
    return bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
}
inline bool is_constant(Ref a) { return a->op == Op::constant; }
inline bool is_zero(Ref a) { return is_constant(a) && a->value == 0; }

}  // namespace conntrack::proofs

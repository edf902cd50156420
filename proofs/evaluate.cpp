#include "proofs/evaluate.hpp"

#include <cassert>

namespace conntrack::proofs {

std::uint64_t Evaluation::of(Ref term) {
    if (const auto found = known_.find(term); found != known_.end()) return found->second;
    for (const Ref node : in_order(term))
        if (!known_.contains(node)) known_.emplace(node, compute(*node));
    return known_.at(term);
}

std::uint64_t computed(const Node& n, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
    const auto fit = [&n](std::uint64_t wide) { return n.bits == 32 ? wide & 0xffff'ffff : wide; };
    const auto sign = [&](std::uint64_t raw) {
        return n.a->bits == 32 ? std::int64_t{static_cast<std::int32_t>(static_cast<std::uint32_t>(raw))}
                               : static_cast<std::int64_t>(raw);
    };
    switch (n.op) {
        case Op::constant:
        case Op::variable: break;
        case Op::choose: return a != 0 ? b : c;
        case Op::negation: return a == 0;
        case Op::both: return a & b;
        case Op::either: return a | b;
        case Op::equal: return a == b;
        case Op::less: return a < b;
        case Op::sooner: return sign(a) < sign(b);
        case Op::add: return fit(a + b);
        case Op::subtract: return fit(a - b);
        case Op::mask: return a & b;
        case Op::join: return a | b;
        case Op::shift_left: return b < n.bits ? fit(a << b) : 0;
        case Op::widen: return a;
        case Op::multiply: return fit(a * b);
    }
    assert(false && "no operation");
    return 0;
}

std::uint64_t Evaluation::compute(const Node& n) const {
    if (n.op == Op::constant) return n.value;
    if (n.op == Op::variable) {
        const auto found = values_.find(n.name);
        return found == values_.end() ? 0 : found->second;
    }
    const auto value = [this](Ref operand) { return operand == nullptr ? 0 : known_.at(operand); };
    return computed(n, value(n.a), value(n.b), value(n.c));
}

}  // namespace conntrack::proofs

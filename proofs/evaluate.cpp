#include "proofs/evaluate.hpp"

namespace conntrack::proofs {

std::uint64_t Evaluation::of(Ref term) {
    if (const auto found = known_.find(term); found != known_.end()) return found->second;
    for (const Ref node : in_order(term))
        if (!known_.contains(node)) known_.emplace(node, compute(*node));
    return known_.at(term);
}

std::uint64_t Evaluation::compute(const Node& n) {
    const auto value = [this](Ref operand) { return known_.at(operand); };
    const auto fit = [&n](std::uint64_t wide) { return n.bits == 32 ? wide & 0xffff'ffff : wide; };
    const auto sign = [&](Ref operand) {
        const std::uint64_t raw = value(operand);
        return operand->bits == 32 ? std::int64_t{static_cast<std::int32_t>(static_cast<std::uint32_t>(raw))}
                                   : static_cast<std::int64_t>(raw);
    };
    switch (n.op) {
        case Op::constant: return n.value;
        case Op::variable: {
            const auto found = values_.find(n.name);
            return found == values_.end() ? 0 : found->second;
        }
        case Op::choose: return value(n.a) != 0 ? value(n.b) : value(n.c);
        case Op::negation: return value(n.a) == 0;
        case Op::both: return value(n.a) & value(n.b);
        case Op::either: return value(n.a) | value(n.b);
        case Op::equal: return value(n.a) == value(n.b);
        case Op::less: return value(n.a) < value(n.b);
        case Op::sooner: return sign(n.a) < sign(n.b);
        case Op::add: return fit(value(n.a) + value(n.b));
        case Op::subtract: return fit(value(n.a) - value(n.b));
        case Op::mask: return value(n.a) & value(n.b);
        case Op::join: return value(n.a) | value(n.b);
        case Op::shift_left: return value(n.b) < n.bits ? fit(value(n.a) << value(n.b)) : 0;
        case Op::widen: return value(n.a);
        case Op::multiply: return fit(value(n.a) * value(n.b));
    }
    return 0;
}

}  // namespace conntrack::proofs

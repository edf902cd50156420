#include "proofs/propagate.hpp"

#include "proofs/sum.hpp"

#include <algorithm>
#include <unordered_map>

namespace conntrack::proofs {

namespace {

using Known = std::unordered_map<Ref, Ref>;

/// The parts of a conjunction, each once; a disjunction that must be false is one as well.
std::vector<Ref> conjuncts(Ref formula) {
    std::vector<Ref> out, open{formula};
    while (!open.empty()) {
        const Ref part = open.back();
        open.pop_back();
        if (part->op == Op::both) {
            open.push_back(part->b);
            open.push_back(part->a);
        } else if (part->op == Op::negation && part->a->op == Op::either) {
            open.push_back(negation(part->a->b));
            open.push_back(negation(part->a->a));
        } else if (std::find(out.begin(), out.end(), part) == out.end()) {
            out.push_back(part);
        }
    }
    return out;
}

void learn(Known& known, Ref part) {
    known.emplace(part, bit(true));
    if (part->op == Op::negation) {
        known.emplace(part->a, bit(false));
        return;
    }
    if (part->op == Op::equal && part->a->op == Op::variable && part->b->op == Op::constant)
        known.emplace(part->a, part->b);
}

Ref rebuilt(const Node& n, Ref a, Ref b, Ref c) {
    switch (n.op) {
        case Op::constant:
        case Op::variable: break;
        case Op::choose: return choose(a, b, c);
        case Op::negation: return negation(a);
        case Op::both: return both(a, b);
        case Op::either: return either(a, b);
        case Op::equal: return equal(a, b);
        case Op::less: return less(a, b);
        case Op::sooner: return sooner(a, b);
        case Op::add: return add(a, b);
        case Op::subtract: return subtract(a, b);
        case Op::mask: return mask(a, b);
        case Op::join: return join(a, b);
        case Op::shift_left: return shift_left(a, b);
        case Op::widen: return widen(a);
        case Op::multiply: return multiply(a, b->value);
    }
    return &n;
}

/// `root` where everything known stands for what it is; `root` itself is only asked for its parts.
Ref rewritten(Ref root, const Known& known) {
    std::unordered_map<Ref, Ref> done;
    for (const Ref node : in_order(root)) {
        const auto found = node == root ? known.end() : known.find(node);
        if (found != known.end()) {
            done.emplace(node, found->second);
            continue;
        }
        const auto operand = [&](Ref o) { return o == nullptr ? nullptr : done.at(o); };
        const Ref a = operand(node->a), b = operand(node->b), c = operand(node->c);
        done.emplace(node, a == node->a && b == node->b && c == node->c ? node : rebuilt(*node, a, b, c));
    }
    return done.at(root);
}

/// A part that says what a variable is must not lose the variable; one that says an atom, not the atom.
Ref rewritten_part(Ref part, const Known& known) {
    if (part->op == Op::equal && part->a->op == Op::variable && part->b->op == Op::constant) return part;
    if (part->op == Op::negation) return negation(rewritten(part->a, known));
    return rewritten(part, known);
}

}  // namespace

Ref propagated(Ref formula) {
    constexpr int most_rounds = 8;
    for (int round = 0; round < most_rounds; ++round) {
        Known known;
        const std::vector<Ref> parts = conjuncts(formula);
        for (const Ref part : parts) learn(known, part);
        Ref next = bit(true);
        for (const Ref part : parts) next = both(next, rewritten_part(part, known));
        if (next == formula || is_false(next)) return next;
        formula = next;
    }
    return formula;
}

namespace {

using Part = std::pair<Ref, std::uint64_t>;
/// What stands beside a variable wherever it does, with the factor that it has where the variable's is 1.
using Companions = std::unordered_map<Ref, std::vector<Part>>;

void meet_companions(Companions& all, const Sum& sum) {
    const std::uint64_t ones = sum.bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << sum.bits) - 1;
    for (const auto& [variable, own] : sum.parts) {
        if (variable->op != Op::variable) continue;
        std::vector<Part> beside;
        if (own == 1 || own == ones)
            for (const auto& [term, factor] : sum.parts)
                if (term != variable) beside.emplace_back(term, own == 1 ? factor : (~factor + 1) & ones);
        const auto [known, is_new] = all.try_emplace(variable, beside);
        if (is_new) continue;
        std::erase_if(known->second,
                      [&](const Part& part) { return std::find(beside.begin(), beside.end(), part) == beside.end(); });
    }
}

/// The companions of each variable, in order of the variables.
std::vector<std::pair<Ref, Part>> mergeable(Ref formula) {
    Companions all;
    const auto nodes = in_order(formula);
    const auto is_sum = [](Ref n) { return n->op == Op::add || n->op == Op::subtract || n->op == Op::multiply; };
    for (const Ref node : nodes) {
        if (is_sum(node)) continue;
        for (const Ref operand : {node->a, node->b, node->c})
            if (operand != nullptr && operand->bits != 0) meet_companions(all, sum_of(operand));
    }
    std::vector<std::pair<Ref, Part>> out;
    for (const Ref node : nodes)
        if (const auto found = all.find(node); found != all.end())
            for (const Part& part : found->second) out.emplace_back(node, part);
    return out;
}

bool depends(Ref term, Ref variable) {
    const auto nodes = in_order(term);
    return std::find(nodes.begin(), nodes.end(), variable) != nodes.end();
}

}  // namespace

Ref merged(Ref formula) {
    constexpr int most_rounds = 32;
    for (int round = 0; round < most_rounds; ++round) {
        bool changed = false;
        for (const auto& [variable, part] : mergeable(formula)) {
            if (depends(part.first, variable)) continue;
            const Ref other = multiply(part.first, part.second);
            formula = rewritten(formula, {{variable, subtract(variable, other)}});
            changed = true;
            break;
        }
        if (!changed) break;
    }
    return formula;
}

std::vector<Ref> shifts_in(Ref formula) {
    std::vector<Ref> out;
    for (const Ref node : in_order(formula))
        if (node->op == Op::shift_left) out.push_back(node);
    return out;
}

std::vector<Ref> products_in(Ref formula) {
    std::vector<Ref> out;
    for (const Ref node : in_order(formula))
        if (node->op == Op::multiply && node->a->op == Op::widen) out.push_back(node);
    return out;
}

Ref replaced(Ref formula, const std::vector<std::pair<Ref, Ref>>& what_by) {
    return rewritten(formula, Known(what_by.begin(), what_by.end()));
}

}  // namespace conntrack::proofs

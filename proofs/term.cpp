#include "proofs/term.hpp"

#include "proofs/sum.hpp"
#include "proofs/term_store.hpp"

#include <algorithm>
#include <cassert>
#include <unordered_set>
#include <utility>

namespace conntrack::proofs {

namespace {

bool opposite(Ref a, Ref b) { return (a->op == Op::negation && a->a == b) || (b->op == Op::negation && b->a == a); }

std::int64_t as_signed(Ref a) {
    return a->bits == 64 ? static_cast<std::int64_t>(a->value)
                         : static_cast<std::int64_t>(static_cast<std::int32_t>(static_cast<std::uint32_t>(a->value)));
}

/// Operands of a symmetric operation in one order, a constant last.
void order(Ref& a, Ref& b) {
    if (is_constant(a) || (!is_constant(b) && a->number > b->number)) std::swap(a, b);
}

}  // namespace

unsigned operand_count(const Node& node) { return node.c != nullptr ? 3 : node.b != nullptr ? 2 : node.a != nullptr; }

Ref negation(Ref a) {
    if (is_constant(a)) return bit(a->value == 0);
    return a->op == Op::negation ? a->a : make(Op::negation, 0, a);
}

Ref both(Ref a, Ref b) {
    order(a, b);
    if (is_false(b) || opposite(a, b)) return bit(false);
    if (is_true(b) || a == b) return a;
    // a && (a && x), a && (a || x), a && (!a || x)
    for (const auto& [x, y] : {std::pair{a, b}, std::pair{b, a}}) {
        if (y->op == Op::both && (y->a == x || y->b == x)) return y;
        if (y->op == Op::both && (opposite(y->a, x) || opposite(y->b, x))) return bit(false);
        if (y->op == Op::either && (y->a == x || y->b == x)) return x;
        if (y->op == Op::either && opposite(y->a, x)) return both(x, y->b);
        if (y->op == Op::either && opposite(y->b, x)) return both(x, y->a);
    }
    return make(Op::both, 0, a, b);
}

Ref either(Ref a, Ref b) {
    order(a, b);
    if (is_true(b) || opposite(a, b)) return bit(true);
    if (is_false(b) || a == b) return a;
    for (const auto& [x, y] : {std::pair{a, b}, std::pair{b, a}}) {
        if (y->op == Op::either && (y->a == x || y->b == x)) return y;
        if (y->op == Op::either && (opposite(y->a, x) || opposite(y->b, x))) return bit(true);
        if (y->op == Op::both && (y->a == x || y->b == x)) return x;
        if (y->op == Op::both && opposite(y->a, x)) return either(x, y->b);
        if (y->op == Op::both && opposite(y->b, x)) return either(x, y->a);
    }
    return make(Op::either, 0, a, b);
}

namespace {

bool has_sides(Ref comparison, Ref x, Ref y) {
    return (comparison->a == x && comparison->b == y) || (comparison->a == y && comparison->b == x);
}
bool equates(Ref condition, Ref x, Ref y) { return condition->op == Op::equal && has_sides(condition, x, y); }

/// Are they the two sides of a comparison, or of one that is denied?
bool compares(Ref condition, Ref x, Ref y) {
    if (condition->op == Op::negation) condition = condition->a;
    return (condition->op == Op::less || condition->op == Op::sooner) && has_sides(condition, x, y);
}

/// The larger or smaller of two in one form, whichever is asked first: where they are equal it is all one. Null for any
/// other choice, and for that form.
Ref larger_or_smaller(Ref condition, Ref then, Ref otherwise) {
    const std::pair<Ref, Ref> parts[] = {std::pair{condition->a, condition->b}, std::pair{condition->b, condition->a}};
    if (condition->op == Op::either) {  // a <= b is told as a < b || a == b
        for (const auto& [x, y] : parts)
            if (equates(y, then, otherwise)) return choose(x, then, otherwise);
        return nullptr;
    }
    if (condition->op == Op::both) {
        for (const auto& [x, y] : parts) {
            const bool no_more =
                y->op == Op::either && (equates(y->a, then, otherwise) || equates(y->b, then, otherwise));
            if (no_more || compares(y, then, otherwise)) return choose(x, choose(y, then, otherwise), otherwise);
        }
        return nullptr;
    }
    if (!compares(condition, then, otherwise) || condition->a->number <= condition->b->number) return nullptr;
    return choose((condition->op == Op::less ? less : sooner)(condition->b, condition->a), otherwise, then);
}

}  // namespace

Ref choose(Ref condition, Ref then, Ref otherwise) {
    assert(then->bits == otherwise->bits && condition->bits == 0);
    if (is_constant(condition)) return condition->value != 0 ? then : otherwise;
    if (condition->op == Op::negation) return choose(condition->a, otherwise, then);
    if (then->op == Op::choose && then->a == condition) then = then->b;
    if (otherwise->op == Op::choose && otherwise->a == condition) otherwise = otherwise->c;
    if (then == otherwise) return then;
    if (const Ref told = larger_or_smaller(condition, then, otherwise)) return told;
    if (then->bits == 0) {
        if (is_true(then) || then == condition) return either(condition, otherwise);
        if (is_false(then)) return both(negation(condition), otherwise);
        if (is_true(otherwise)) return either(negation(condition), then);
        if (is_false(otherwise) || otherwise == condition) return both(condition, then);
    }
    // What both branches add stands outside, so that it can cancel: comparisons are made of differences.
    if (then->bits != 0) {
        Sum a = sum_of(then), b = sum_of(otherwise);
        Sum common = take_common(a, b);
        if (!common.parts.empty()) {
            add_term(common, choose(condition, built(a), built(b)), 1);
            return built(common);
        }
    }
    // c ? x : (d ? x : y) is (c || d) ? x : y
    if (otherwise->op == Op::choose && otherwise->b == then)
        return choose(either(condition, otherwise->a), then, otherwise->c);
    return make(Op::choose, then->bits, condition, then, otherwise);
}

Ref equal(Ref a, Ref b) {
    assert(a->bits == b->bits);
    order(a, b);
    if (a == b) return bit(true);
    if (a->bits != 0 && (!is_constant(a) && !is_constant(b))) {
        Sum x = sum_of(a), y = sum_of(b);
        if (!take_common(x, y).parts.empty()) return equal(built(x), built(y));
    }
    if (is_constant(b)) {
        if (is_constant(a)) return bit(a->value == b->value);
        if (a->bits == 0) return b->value != 0 ? a : negation(a);
        // A choice among constants is asked through: that is how states, classes and flags fold.
        if (a->op == Op::choose && (is_constant(a->b) || is_constant(a->c)))
            return through_choice(Op::equal, a, b, equal);
        if (a->op == Op::add && is_constant(a->b)) return equal(a->a, constant(a->bits, b->value - a->b->value));
        if (a->op == Op::mask && is_constant(a->b) && (b->value & ~a->b->value) != 0) return bit(false);
        if (a->op == Op::join && is_constant(a->b) && (a->b->value & ~b->value) != 0) return bit(false);
    }
    return make(Op::equal, 0, a, b);
}

// Tests of a sum and of its negative are told in one form: solvers need not find out that they are the same.
Ref less(Ref a, Ref b) {
    assert(a->bits == b->bits);
    if (is_constant(a) && is_constant(b)) return bit(a->value < b->value);
    if (a == b || is_zero(b) || (is_constant(a) && a->value == all_ones(a->bits))) return bit(false);
    if (a->op == Op::choose && is_constant(b) && is_constant(a->b) && is_constant(a->c))
        return through_choice(Op::less, a, b, less);
    if (is_constant(b)) {
        const Sum sum = sum_of(a);
        if (leads_with_minus(sum)) return make(Op::less, 0, difference(b->value - 1, sum), b);
    }
    if (is_constant(a)) {
        const Sum sum = sum_of(b);
        if (leads_with_minus(sum)) return make(Op::less, 0, a, difference(a->value, sum));
    }
    return make(Op::less, 0, a, b);
}

Ref sooner(Ref a, Ref b) {
    assert(a->bits == b->bits);
    if (is_constant(a) && is_constant(b)) return bit(as_signed(a) < as_signed(b));
    if (a == b) return bit(false);
    if (is_zero(b)) {
        const Sum sum = sum_of(a);
        const auto choice = std::find_if(sum.parts.begin(), sum.parts.end(),
                                         [&](const auto& part) { return is_better_made(sum, part); });
        if (choice != sum.parts.end()) {
            const auto at = choice - sum.parts.begin();
            return through_choice(Op::sooner, choice->first, a,
                                  [&](Ref branch, Ref) { return sooner(with_branch(sum, at, branch), b); });
        }
        if (leads_with_minus(sum)) return negation(make(Op::sooner, 0, difference(all_ones(a->bits), sum), b));
    }
    return make(Op::sooner, 0, a, b);
}

Ref add(Ref a, Ref b) {
    assert(a->bits == b->bits);
    Sum sum = sum_of(a);
    add_term(sum, b, 1);
    return built(sum);
}

Ref subtract(Ref a, Ref b) {
    assert(a->bits == b->bits);
    Sum sum = sum_of(a);
    add_term(sum, b, ~std::uint64_t{0});
    return built(sum);
}

Ref mask(Ref a, Ref b) {
    assert(a->bits == b->bits);
    order(a, b);
    if (is_constant(a) && is_constant(b)) return constant(a->bits, a->value & b->value);
    if (a == b || (is_constant(b) && b->value == all_ones(b->bits))) return a;
    if (is_zero(b)) return b;
    if (is_constant(b)) {
        if (a->op == Op::mask && is_constant(a->b)) return mask(a->a, constant(a->bits, a->b->value & b->value));
        if (a->op == Op::join && is_constant(a->b))
            return join(mask(a->a, constant(a->bits, b->value & ~a->b->value)),
                        constant(a->bits, a->b->value & b->value));
        if (a->op == Op::join) return join(mask(a->a, b), mask(a->b, b));
        if (a->op == Op::choose) return through_choice(Op::mask, a, b, mask);
    }
    return make(Op::mask, a->bits, a, b);
}

Ref join(Ref a, Ref b) {
    assert(a->bits == b->bits);
    order(a, b);
    if (is_constant(a) && is_constant(b)) return constant(a->bits, a->value | b->value);
    if (a == b || is_zero(b)) return a;
    if (is_constant(b) && b->value == all_ones(b->bits)) return b;
    if (is_constant(b) && a->op == Op::join && is_constant(a->b))
        return join(a->a, constant(a->bits, a->b->value | b->value));
    return make(Op::join, a->bits, a, b);
}

Ref shift_left(Ref a, Ref by) {
    assert(a->bits == by->bits);
    if (is_zero(by) || is_zero(a)) return a;
    if (is_constant(by) && by->value >= a->bits) return constant(a->bits, 0);
    if (is_constant(by) && is_constant(a)) return constant(a->bits, a->value << by->value);
    return make(Op::shift_left, a->bits, a, by);
}

Ref widen(Ref a) {
    assert(a->bits == 32);
    if (is_constant(a)) return constant(64, a->value);
    if (a->op == Op::choose)
        return through_choice(Op::widen, a, nullptr, [](Ref branch, Ref) { return widen(branch); });
    return make(Op::widen, 64, a);
}

Ref multiply(Ref a, std::uint64_t by) {
    if (a->op == Op::choose)
        return through_choice(Op::multiply, a, constant(a->bits, by),
                              [](Ref branch, Ref factor) { return multiply(branch, factor->value); });
    Sum sum{a->bits, {}};
    add_term(sum, a, by);
    return built(sum);
}

std::vector<Ref> in_order(Ref root) {
    std::vector<Ref> out;
    std::unordered_set<Ref> seen;
    std::vector<std::pair<Ref, bool>> open{{root, false}};
    while (!open.empty()) {
        const auto [node, ready] = open.back();
        open.pop_back();
        if (ready) {
            out.push_back(node);
            continue;
        }
        if (!seen.insert(node).second) continue;
        open.emplace_back(node, true);
        for (const Ref operand : {node->c, node->b, node->a})
            if (operand != nullptr) open.emplace_back(operand, false);
    }
    return out;
}

}  // namespace conntrack::proofs

#include "proofs/sum.hpp"

#include "proofs/term_store.hpp"

#include <algorithm>

namespace conntrack::proofs {

namespace {

void add_part(Sum& sum, Ref term, std::uint64_t factor) {
    const auto before = [](const std::pair<Ref, std::uint64_t>& part, Ref t) { return part.first->number < t->number; };
    const auto at = std::lower_bound(sum.parts.begin(), sum.parts.end(), term, before);
    if (at == sum.parts.end() || at->first != term) {
        sum.parts.insert(at, {term, factor});
        return;
    }
    at->second = (at->second + factor) & all_ones(sum.bits);
    if (at->second == 0) sum.parts.erase(at);
}

/// Would something cancel if this stood in the place of the part?
bool cancels(const Sum& sum, const std::pair<Ref, std::uint64_t>& part, Ref branch) {
    const auto opposite_part = [&](const std::pair<Ref, std::uint64_t>& other) {
        const auto removed = std::pair{other.first, ((~other.second + 1) * part.second) & all_ones(sum.bits)};
        return std::find(sum.parts.begin(), sum.parts.end(), removed) != sum.parts.end();
    };
    const auto parts = sum_of(branch).parts;
    return std::any_of(parts.begin(), parts.end(), opposite_part);
}

}  // namespace

void add_term(Sum& sum, Ref a, std::uint64_t factor) {
    factor &= all_ones(sum.bits);
    switch (a->op) {
        case Op::constant: sum.constant += factor * a->value; return;
        case Op::multiply: add_term(sum, a->a, factor * a->b->value); return;
        case Op::add:
            add_term(sum, a->a, factor);
            add_term(sum, a->b, factor);
            return;
        case Op::subtract:
            add_term(sum, a->a, factor);
            add_term(sum, a->b, ~factor + 1);
            return;
        default: add_part(sum, a, factor);
    }
}

Sum sum_of(Ref a) {
    Sum out{a->bits, {}};
    add_term(out, a, 1);
    return out;
}

Ref built(const Sum& sum) {
    const std::uint64_t minus_one = all_ones(sum.bits);
    Ref out = nullptr;
    for (const auto& [term, factor] : sum.parts) {
        if (factor == minus_one) continue;
        const Ref part = factor == 1 ? term : make(Op::multiply, sum.bits, term, constant(sum.bits, factor));
        out = out == nullptr ? part : make(Op::add, sum.bits, out, part);
    }
    for (const auto& [term, factor] : sum.parts) {
        if (factor != minus_one) continue;
        out = make(Op::subtract, sum.bits, out == nullptr ? constant(sum.bits, 0) : out, term);
    }
    const Ref last = constant(sum.bits, sum.constant);
    if (out == nullptr) return last;
    return last->value == 0 ? out : make(Op::add, sum.bits, out, last);
}

Ref difference(std::uint64_t from, const Sum& sum) {
    Sum out{sum.bits, sum.parts, from - sum.constant};
    for (auto& [term, factor] : out.parts) factor = (~factor + 1) & all_ones(sum.bits);
    return built(out);
}

Sum take_common(Sum& a, Sum& b) {
    Sum common{a.bits, {}};
    for (const auto& part : a.parts)
        if (std::find(b.parts.begin(), b.parts.end(), part) != b.parts.end()) common.parts.push_back(part);
    for (const auto& part : common.parts) {
        std::erase(a.parts, part);
        std::erase(b.parts, part);
    }
    return common;
}

bool leads_with_minus(const Sum& sum) {
    return !sum.parts.empty() && sum.parts.front().second > all_ones(sum.bits) / 2;
}

bool is_better_made(const Sum& sum, const std::pair<Ref, std::uint64_t>& part) {
    const Ref choice = part.first;
    if (choice->op != Op::choose) return false;
    return (is_constant(choice->b) && is_constant(choice->c)) || cancels(sum, part, choice->b) ||
           cancels(sum, part, choice->c);
}

Ref with_branch(const Sum& sum, std::ptrdiff_t part, Ref branch) {
    Sum out = sum;
    const std::uint64_t factor = (out.parts.begin() + part)->second;
    out.parts.erase(out.parts.begin() + part);
    add_term(out, branch, factor);
    return built(out);
}

}  // namespace conntrack::proofs

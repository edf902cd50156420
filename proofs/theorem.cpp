#include "proofs/theorem.hpp"

#include "proofs/propagate.hpp"

#include <algorithm>

namespace conntrack::proofs {

namespace {

Bit simplified(const Bit& formula) { return Bit(merged(propagated(formula.ref()))); }

/// Claims more: times that are ordered as the numbers of seconds are stand in for their products with 10^9, which
/// solvers find hard. What the formula compares them with in whole seconds is told as well.
Bit with_ordered_times(const Bit& formula) {
    constexpr std::uint64_t billion = 1'000'000'000;
    std::vector<std::pair<Ref, Ref>> any;  // a product and the time that stands for it
    Bit order = yes();
    for (const Ref product : products_in(formula.ref())) {
        const Time64 time = fresh_time("time" + std::to_string(any.size() + 1));
        const Ref seconds = product->a->a;
        for (const std::uint32_t known : {0u, 1u, 2u, 1u << 24}) {
            const Ref limit = constant(64, known * billion);
            order = order && Bit(less(seconds, constant(32, known))) == Bit(less(time.ref(), limit));
        }
        order = order && Bit(less(time.ref(), constant(64, (std::uint64_t{1} << 32) * billion)));
        for (const auto& [other, other_time] : any)
            order = order && Bit(less(seconds, other->a->a)) == Bit(less(time.ref(), other_time)) &&
                    Bit(less(other->a->a, seconds)) == Bit(less(other_time, time.ref()));
        any.emplace_back(product, time.ref());
    }
    return any.empty() ? formula : order && Bit(replaced(formula.ref(), any));
}

}  // namespace

void Statement::ask_for(const std::string& name, const Bit& premise) {
    if (std::find(premises_.begin(), premises_.end(), premise.ref()) != premises_.end()) return;
    premises_.push_back(premise.ref());
    if (is_known(premise, &Formulas::possible)) return;
    obligations_.push_back({name + ": premise", simplified(premise), true});
}

void Statement::prove(const std::string& name, const Bit& premise, const Bit& claim) {
    const Bit formula = premise && !claim;
    if (!is_known(formula, &Formulas::impossible))
        obligations_.push_back({name, simplified(with_ordered_times(formula)), false});
    ask_for(name, premise);
}

void Statement::prove_for_any_window(const std::string& name, const Bit& premise, const Bit& claim) {
    constexpr std::uint32_t largest_scaled = 65'535u << 14;
    const Bit formula = premise && !claim;
    if (is_known(formula, &Formulas::impossible)) return;
    std::vector<std::pair<Ref, Ref>> any;
    Bit small = yes();
    for (const Ref scaled : shifts_in(formula.ref())) {
        const Word window = fresh_word("window" + std::to_string(any.size() + 1));
        any.emplace_back(scaled, window.ref());
        small = small && !Symbolic::below(word(largest_scaled), window);
        const Bit is_small = !Symbolic::below(word(largest_scaled), Word(scaled));
        if (small_.insert({premise.ref(), scaled}).second)
            prove(name + ": a scaled window is small", premise, is_small);
    }
    obligations_.push_back({name, simplified(small && Bit(replaced(formula.ref(), any))), false});
    ask_for(name, premise);
}

void Statement::exhibit(const std::string& name, const Bit& what) {
    if (!is_known(what, &Formulas::possible)) obligations_.push_back({name, simplified(what), true});
}

}  // namespace conntrack::proofs

#include "proofs/mutation/program.hpp"

#include "proofs/evaluate.hpp"

#include <algorithm>
#include <cassert>
#include <unordered_map>

namespace conntrack::proofs {

Program::Program(const std::vector<Ref>& terms, const std::vector<Ref>& variables) {
    std::unordered_map<Ref, std::uint32_t> places;
    const auto place_of = [&](Ref operand) { return operand == nullptr ? 0 : places.at(operand); };
    for (const Ref term : terms) {
        for (const Ref node : in_order(term)) {
            if (!places.emplace(node, static_cast<std::uint32_t>(instructions_.size())).second) continue;
            if (node->op == Op::variable) {
                const auto input = std::find(variables.begin(), variables.end(), node);
                assert(input != variables.end() && "a variable that is no input");
                instructions_.push_back({node, static_cast<std::uint32_t>(input - variables.begin()), 0, 0});
            } else {
                instructions_.push_back({node, place_of(node->a), place_of(node->b), place_of(node->c)});
            }
        }
        results_.push_back(places.at(term));
    }
    values_.resize(instructions_.size());
}

std::vector<std::uint64_t> Program::run(const std::vector<std::uint64_t>& inputs) {
    for (std::size_t i = 0; i < instructions_.size(); ++i) {
        const auto& [node, a, b, c] = instructions_[i];
        switch (node->op) {
            case Op::constant: values_[i] = node->value; break;
            case Op::variable: values_[i] = inputs.at(a); break;
            default: values_[i] = computed(*node, values_[a], values_[b], values_[c]);
        }
    }
    std::vector<std::uint64_t> out;
    out.reserve(results_.size());
    for (const std::uint32_t place : results_) out.push_back(values_[place]);
    return out;
}

}  // namespace conntrack::proofs

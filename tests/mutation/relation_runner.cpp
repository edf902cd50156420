#include "tests/mutation/relation_runner.hpp"

#include "proofs/sum.hpp"

#include <algorithm>
#include <cassert>

namespace conntrack::testing {

using proofs::Op;
using proofs::Ref;
using proofs::Symbolic;

CellRunner::CellRunner(const proofs::Semantics& semantics, const proofs::Cell& cell)
    : CellRunner(semantics, cell, proofs::meet_in(semantics, cell)) {}

CellRunner::CellRunner(const proofs::Semantics& semantics, const proofs::Cell& cell, const proofs::Meeting& meeting)
    : bindings_(),
      variables_(bound(proofs::step_of(semantics.edition, meeting.settings, meeting.entry, meeting.packet),
                       cell.old == tcp::State::none)),
      program_(outcome_terms(meeting.met), variables_) {}

std::vector<Ref> CellRunner::outcome_terms(const proofs::TcpMet& met) {
    std::vector<Ref> out = {met.result.next.ref()};
    each_field<Symbolic>(met.result.outcome, [&](const char*, const auto& term) { out.push_back(term.ref()); });
    return out;
}

std::vector<Ref> CellRunner::bound(const tcp::Step<Symbolic>& step, bool first) {
    std::vector<Ref> variables;
    std::size_t place = 0;
    std::size_t of_entry = 2;  // what stands for the origins
    each_field<Symbolic>(step.connection, [&](const char*, const auto&) { ++of_entry; });
    each_input<Symbolic>(step, [&](const auto& value) {
        // The machine is shown the connection that a first packet opens; the relation opens it itself.
        if (!first || place >= of_entry) bind(variables, place, value.ref());
        ++place;
    });
    return variables;
}

void CellRunner::bind(std::vector<Ref>& variables, std::size_t place, Ref input) {
    Binding binding{place, 0, {}, 0, input->bits != 0};
    bool found = false;
    const auto learn = [&](Ref variable) {
        assert(variable->op == Op::variable);
        const auto at = std::find(variables.begin(), variables.end(), variable);
        if (at != variables.end()) {
            binding.known.push_back(static_cast<std::size_t>(at - variables.begin()));
            return;
        }
        assert(!found && "two unknown variables in one number");
        found = true;
        binding.variable = variables.size();
        variables.push_back(variable);
    };
    if (input->bits == 0) {
        if (input->op == Op::variable) learn(input);
    } else {
        const proofs::Sum sum = proofs::sum_of(input);
        binding.constant = sum.constant;
        for (const auto& [term, factor] : sum.parts) {
            assert(factor == 1);
            learn(term);
        }
    }
    if (found) bindings_.push_back(binding);
}

Numbers CellRunner::run(const Numbers& step) {
    Numbers values(variables_.size());
    for (const Binding& b : bindings_) {
        std::uint64_t value = step.at(b.place) - b.constant;
        for (const std::size_t known : b.known) value -= values.at(known);
        values.at(b.variable) = b.is_word ? value & 0xffff'ffff : value;
    }
    return program_.run(values);
}

}  // namespace conntrack::testing

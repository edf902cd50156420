// Compares what a rule says in the domain Tree, evaluated, with what it says in Concrete. A rule is given as a generic
// function: rule(domain tag, source, report), which asks the source for its arguments and reports every result.
#pragma once

#include "tests/spec/domain/tree.hpp"
#include "tests/support/values.hpp"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace conntrack::testing {

template <class D>
struct DomainTag {
    using Domain = D;
};

/// Builds the trees once and evaluates them on `rounds` random assignments, all steps of the search being steps of
/// one seed. False at the first difference, which is reported.
template <class Rule>
bool same_in_both_domains(Rule rule, RandomValues& random, unsigned rounds, const std::string& about) {
    std::vector<std::pair<const char*, Term>> trees;
    TreeSource variables;
    rule(DomainTag<Tree>{}, variables, [&](const char* field, const Term& term) { trees.emplace_back(field, term); });

    for (unsigned round = 0; round < rounds; ++round) {
        std::vector<std::uint64_t> numbers;
        ConcreteSource values{random};
        rule(DomainTag<Concrete>{}, values,
             [&](const char*, auto value) { numbers.push_back(static_cast<std::uint64_t>(value)); });
        const Evaluation evaluation(values.given);
        EXPECT_EQ(trees.size(), numbers.size()) << about;
        for (std::size_t i = 0; i < trees.size() && i < numbers.size(); ++i) {
            const std::uint64_t evaluated = evaluation.of(trees[i].second);
            if (evaluated == numbers[i]) continue;
            ADD_FAILURE() << about << ", " << trees[i].first << ": the tree gives " << evaluated << ", Concrete "
                          << numbers[i];
            return false;
        }
    }
    return true;
}

}  // namespace conntrack::testing

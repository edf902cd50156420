// Every theorem is decided as expected, and fails under each of its planted defects.
#include "proofs/prover.hpp"
#include "spec/editions.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/sanitized.hpp"

#include <set>

namespace conntrack::testing {

using proofs::Result;
using proofs::Theorem;

namespace {

constexpr std::size_t few = 3;  // under a sanitizer one theorem in so many

proofs::ProveOptions only_decide() {
    proofs::ProveOptions options;
    options.find_traces = false;
    if (!sanitized) return options;
    options.edition = EditionId::linux_6_18;
    const auto& all = proofs::all_theorems();
    for (std::size_t i = 0; i < all.size(); i += few) options.names.emplace_back(all[i].name);
    return options;
}

}  // namespace

TEST(Theorems, HaveNamesSentencesAndDefects) {
    std::set<std::string_view> names;
    for (const Theorem& theorem : proofs::all_theorems()) {
        EXPECT_TRUE(names.insert(theorem.name).second) << theorem.name;
        EXPECT_FALSE(theorem.sentence.empty() || theorem.answers.empty()) << theorem.name;
        EXPECT_FALSE(theorem.defects.empty()) << theorem.name << " has never been seen to fail";
        EXPECT_EQ(theorem.sentence.find('\n'), std::string_view::npos) << theorem.name;
        bool violated = false;
        for (const EditionId id : all_editions) violated = violated || theorem.expected_in(id) == Result::violated;
        EXPECT_EQ(violated, theorem.trace != nullptr) << theorem.name;
    }
}

TEST(Theorems, AreDecidedAsExpected) {
    for (const proofs::Report& report : proofs::prove(only_decide())) {
        EXPECT_TRUE(report.as_expected()) << report.theorem->name << " in " << edition(report.edition).name;
        if (report.as_expected()) continue;
        for (const proofs::Decided& d : report.decided)
            if (!d.as_it_should()) ADD_FAILURE() << d.obligation << ", " << d.seconds << " s";
    }
}

TEST(Theorems, FailUnderTheirDefects) {
    const auto& all = proofs::all_theorems();
    for (std::size_t i = 0; i < all.size(); i += sanitized ? few : 1) {
        const Theorem& theorem = all[i];
        for (const proofs::Defect& defect : theorem.defects) {
            if (sanitized && &defect != &theorem.defects.front()) break;
            proofs::Semantics semantics(defect.edition);
            defect.plant(semantics);
            const proofs::Report report = proofs::prove_one(theorem, semantics, 20);
            EXPECT_NE(report.result, theorem.expected_in(defect.edition)) << theorem.name << ": " << defect.name;
        }
    }
}

}  // namespace conntrack::testing

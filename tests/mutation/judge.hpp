// Judges one mutant after the other of one edition: theorems first, then recordings, then the kernel's own tables; and
// the solver has the last word.
#pragma once

#include "proofs/mutation/refuter.hpp"
#include "tests/mutation/mutation_run.hpp"
#include "tests/mutation/recorded_steps.hpp"

namespace conntrack::testing {

class MutantJudge {
  public:
    MutantJudge(EditionId edition, const std::string& recordings);

    [[nodiscard]] MutantVerdict judge(const proofs::Mutant& mutant);

  private:
    proofs::Refuter refuter_;
    RecordedSteps recorded_;

    void decide(const proofs::Mutant& mutant, MutantVerdict& verdict);
    [[nodiscard]] bool is_of_associations(const std::vector<std::size_t>& changed) const;
    bool is_equivalent(const proofs::Semantics& mutated, const std::vector<std::size_t>& changed,
                       MutantVerdict& verdict);
    bool refuted(proofs::Semantics& mutated, const std::set<proofs::Cell>& cells, proofs::Refuter::Asked& asked,
                 MutantVerdict& verdict);
    void decide_default(const proofs::Mutant& mutant, MutantVerdict& verdict) const;
};

}  // namespace conntrack::testing

// Runs the TCP relation as read, changed or not: its terms are evaluated on the numbers of a step.
#pragma once

#include "proofs/mutation/cell.hpp"
#include "proofs/mutation/program.hpp"
#include "tests/mutation/step_values.hpp"

namespace conntrack::testing {

/// What one cell comes to, ready to be run.
class CellRunner {
  public:
    CellRunner(const proofs::Semantics& semantics, const proofs::Cell& cell);

    /// From numbers_of(step) to numbers_of(state, outcome).
    [[nodiscard]] Numbers run(const Numbers& step);

  private:
    /// A number of the step that is a sum of variables tells the one of them that is not known yet.
    struct Binding {
        std::size_t place;  // among the numbers of the step
        std::size_t variable;
        std::vector<std::size_t> known;
        std::uint64_t constant;
        bool is_word;
    };
    std::vector<Binding> bindings_;
    std::vector<proofs::Ref> variables_;
    proofs::Program program_;

    CellRunner(const proofs::Semantics& semantics, const proofs::Cell& cell, const proofs::Meeting& meeting);
    static std::vector<proofs::Ref> outcome_terms(const proofs::TcpMet& met);
    std::vector<proofs::Ref> bound(const tcp::Step<proofs::Symbolic>& step, bool first);
    void bind(std::vector<proofs::Ref>& variables, std::size_t place, proofs::Ref input);
};

}  // namespace conntrack::testing

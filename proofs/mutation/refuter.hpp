// Asks theorems about a mutant: which one does not hold any more? And where none falls, whether the mutant differs at
// all.
#pragma once

#include "proofs/mutation/mutant.hpp"
#include "proofs/mutation/situation.hpp"
#include "proofs/theorem.hpp"

#include <map>
#include <memory>
#include <set>

namespace conntrack::proofs {

struct Refutation {
    const Theorem* theorem;
    std::string obligation;
};

/// Whether a mutant does anything else than the edition, in some situation that occurs.
struct Difference {
    enum class Kind : std::uint8_t { none, shown, undecided } kind;
    std::string where;  // a situation in which it does, or may
};

/// Knows one edition as it is. Belongs to one thread.
class Refuter {
  public:
    explicit Refuter(EditionId edition);

    [[nodiscard]] const Semantics& semantics() const { return semantics_; }
    /// The situations in which the mutated semantics are not the same text, as places in situations().
    [[nodiscard]] std::vector<std::size_t> changed(const Mutant& mutant, const Semantics& mutated) const;
    [[nodiscard]] const std::vector<Situation>& situations() const { return situations_; }

    /// What was asked about a mutant before.
    using Asked = std::map<const Theorem*, Formulas>;
    /// The first theorem that fails in one of these cells, or in what it says besides cells. Obligations that are what
    /// they were, or were asked before, are not asked.
    std::optional<Refutation> refute(Semantics& mutated, const std::set<Cell>& cells, Asked& asked);
    /// Has the solver compare the situations that changed.
    Difference difference(const Semantics& mutated, const std::vector<std::size_t>& changed);

  private:
    Semantics semantics_;
    std::vector<Situation> situations_;
    std::vector<Observed> as_it_is_;
    std::vector<const Theorem*> theorems_;  // those that say least about anything but cells first
    std::map<const Theorem*, Formulas> stated_;
    std::map<std::pair<const Theorem*, std::string>, bool> holds_;
    Solver solver_, patient_solver_;

    std::optional<Refutation> ask(const Theorem& theorem, Semantics& mutated, const std::set<Cell>& cells,
                                  Formulas& asked);
    /// Does any field differ where that can occur? Comparison by comparison and field by field: the whole is more than
    /// the solver can take.
    Answer differs(const Situation& situation, const Semantics& mutated, const Observed& as_it_is);
    Answer differs(const Observed& now, const Observed& as_it_is, const Bit& turn);
    bool held_before(const Theorem& theorem, const std::string& obligation, const std::set<Cell>& cells);
};

}  // namespace conntrack::proofs

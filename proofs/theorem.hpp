// A theorem: a sentence about the semantics, what has to be refuted to prove it, where it holds, and defects under
// which it must fail. Each stands in a file of its own in proofs/theorems.
#pragma once

#include "proofs/semantics.hpp"
#include "proofs/solver.hpp"
#include "proofs/trace.hpp"

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace conntrack::proofs {

enum class Result : std::uint8_t { absent, proved, violated, unknown };  // absent: the edition has no such thing

struct Obligation {
    std::string name;
    Bit formula;
    bool must_be_possible;  // satisfiable (a companion); else unsatisfiable
};

/// Formulas as they were stated, before they are simplified: those that must be possible, and those that must not.
struct Formulas {
    std::unordered_set<Ref> possible, impossible;

    [[nodiscard]] std::size_t size() const { return possible.size() + impossible.size(); }
};

/// Takes down what a theorem comes to in one edition.
class Statement {
  public:
    explicit Statement(const Semantics& semantics) : semantics_(semantics) {}
    enum class Takes : std::uint8_t { what_is_new, formulas_only };
    /// Adds to `known` whatever is stated; obligations are only made of what was not in it, if of anything.
    Statement(const Semantics& semantics, Formulas& known, Takes takes)
        : semantics_(semantics), known_(&known), takes_(takes) {}

    [[nodiscard]] const Semantics& semantics() const { return semantics_; }
    [[nodiscard]] const Edition& edition() const { return semantics_.edition; }

    /// Wherever the premise holds the claim does. That the premise can be met is asked as well, once for each premise.
    void prove(const std::string& name, const Bit& premise, const Bit& claim);
    /// The same for any window of at most 2^30 in the place of each scaled one, which is more than is claimed. That
    /// scaled windows are no larger is asked as well.
    void prove_for_any_window(const std::string& name, const Bit& premise, const Bit& claim);
    /// Something of the kind exists.
    void exhibit(const std::string& name, const Bit& what);

    [[nodiscard]] std::vector<Obligation> take() { return std::move(obligations_); }

  private:
    const Semantics& semantics_;
    std::vector<Obligation> obligations_;
    std::vector<Ref> premises_;
    Formulas* known_ = nullptr;
    Takes takes_ = Takes::what_is_new;
    std::set<std::pair<Ref, Ref>> small_;  // premises, and scaled windows that were shown to be small under them

    /// Need it not be asked?
    bool is_known(const Bit& formula, std::unordered_set<Ref> Formulas::*among) {
        if (known_ == nullptr) return false;
        return !(known_->*among).insert(formula.ref()).second || takes_ == Takes::formulas_only;
    }

    void ask_for(const std::string& name, const Bit& premise);
};

struct Defect {
    std::string_view name;
    EditionId edition;
    void (*plant)(Semantics&);
};

struct Theorem {
    std::string_view name;
    std::string_view sentence;
    std::string_view answers;  // the question, or the bug seen in the field
    std::string_view bound;    // empty: for any number of packets and entries; else what it is bounded to
    std::array<Result, edition_count> expected;
    void (*state)(Statement&);
    std::vector<Defect> defects;
    /// Finds the shortest trace that shows the violation; null where every edition keeps the theorem.
    std::optional<Trace> (*trace)(const Semantics&, Solver&) = nullptr;
    bool compares_programs = false;  // with the semantics: of those themselves, right or wrong, it says nothing
    std::string_view file = {};      // that it stands in, without ".cpp"; empty: the one of its name

    [[nodiscard]] Result expected_in(EditionId id) const { return expected[static_cast<std::size_t>(id)]; }
};

/// All of them, in the order of the documentation.
const std::vector<Theorem>& all_theorems();

}  // namespace conntrack::proofs

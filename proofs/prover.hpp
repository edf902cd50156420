// Proves theorems: states them, has the solver decide their obligations on several threads, and finds traces where they
// are violated. Knows nothing of how results are shown.
#pragma once

#include "proofs/theorem.hpp"

#include <functional>

namespace conntrack::proofs {

struct Decided {
    std::string obligation;
    bool must_be_possible;
    Answer answer;
    double seconds;
    bool folded;  // decided without the solver
    Assignment model;

    [[nodiscard]] bool as_it_should() const {
        return answer == (must_be_possible ? Answer::satisfiable : Answer::unsatisfiable);
    }
};

struct Report {
    const Theorem* theorem;
    EditionId edition;
    Result result;
    std::vector<Decided> decided;  // in the order in which they were stated
    double seconds = 0;            // of processor time
    std::optional<Trace> trace;    // if violated

    [[nodiscard]] bool as_expected() const { return result == theorem->expected_in(edition); }
};

struct ProveOptions {
    std::vector<std::string> names;  // none: all
    std::optional<EditionId> edition;
    unsigned timeout_s = 60;  // for one obligation
    unsigned threads = 2;
    std::string smt2_directory;  // empty: nothing is written
    bool find_traces = true;
};

/// Reports in the order of theorems and editions. Throws std::runtime_error for a name that is no theorem's, or where
/// the directory cannot be written.
std::vector<Report> prove(const ProveOptions& options);

/// One theorem in one semantics, on this thread, up to the first obligation that does not hold: what a planted defect
/// comes to.
Report prove_one(const Theorem& theorem, const Semantics& semantics, unsigned timeout_s);

}  // namespace conntrack::proofs

// The mutation run: what notices each mutant.
#pragma once

#include "proofs/mutation/mutant.hpp"

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

namespace conntrack::testing {

enum class Fate : std::uint8_t { killed_by_theorem, killed_by_recording, killed_by_table, equivalent, survives };

struct MutantVerdict {
    EditionId edition;
    proofs::MutantKind kind;
    std::string mutant;
    Fate fate;
    std::string by;  // the theorem, recording or table; why it is equivalent; where a survivor differs
    double seconds;  // of processor time
};

struct RunOptions {
    std::vector<EditionId> editions;
    std::string recordings;  // the directory with a folder an edition
    std::string only;        // mutants whose name has this in it
    std::size_t every = 1;   // one in so many
    std::size_t offset = 0;  // of the first
    unsigned processes = 2;
};

/// Verdicts in the order of editions and mutants; `each` is told of them in that order as they come. Mutants are judged
/// in processes of their own, a few each: what their terms take is given back with them. Throws std::runtime_error if
/// one of those fails.
std::vector<MutantVerdict> run_mutants(const RunOptions& options,
                                       const std::function<void(const MutantVerdict&)>& each);

}  // namespace conntrack::testing

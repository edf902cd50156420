// Disagreements that are known: what a program does, and why the model says otherwise. Of the model (or the fast
// tracker) of another edition they are the differences between the two editions; of the running kernel, a list.
#pragma once

#include "oracle/compare/edition_differences.hpp"
#include "oracle/compare/judge.hpp"

#include <optional>
#include <string>
#include <vector>

namespace conntrack::oracle {

class Findings {
  public:
    /// Of a program that is held against the model of `edition`; `tracks_as` as its adapter says.
    Findings(std::string program, std::optional<EditionId> tracks_as, EditionId edition);

    /// What explains a disagreement; empty: nothing that is known.
    [[nodiscard]] std::string explains(const Judged& judged) const;
    /// The list for people.
    [[nodiscard]] std::string text() const;

  private:
    std::string program_;
    EditionId edition_;
    std::optional<EditionId> tracks_as_;
    std::vector<EditionDifference> differences_;
};

}  // namespace conntrack::oracle

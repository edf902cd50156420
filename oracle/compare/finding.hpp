// Disagreements that are known: what a program does, and why the model says otherwise. Of the model (or the fast
// tracker) of another edition they are the differences between the two editions. With the running kernel none is.
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

    /// What the model says to a recording, with what explained() took over.
    [[nodiscard]] CheckResult check(const Recording& recording, Keep keep) const;
    /// What explains a disagreement, by name; empty: nothing that is known. A difference between two editions is then
    /// taken over into the model, so that those behind it come to light.
    std::string explained(const Judged& judged);
    /// explained() never takes anything over.
    [[nodiscard]] bool are_fixed() const { return !mix_; }
    /// The list for people.
    [[nodiscard]] std::string text() const;

  private:
    std::string program_;
    EditionId edition_;
    std::optional<EditionMix> mix_;        // of a program that tracks as another edition
    std::vector<EditionDifference> left_;  // which were not met yet
};

}  // namespace conntrack::oracle

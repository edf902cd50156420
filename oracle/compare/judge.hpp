// One scenario, played by a program and held against the model: do they agree, and if not, why not?
#pragma once

#include "oracle/adapters/adapter.hpp"
#include "oracle/check/check.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace conntrack::oracle {

struct Judged {
    Played played;
    std::optional<Disagreement> disagreement;  // of a step that was answered
    std::size_t packets = 0;                   // that were answered
    std::vector<StepResult> model;             // as check() keeps it

    [[nodiscard]] bool agrees() const { return !disagreement && !played.failure; }
};

/// What a model says to a recording.
using Model = std::function<CheckResult(const Recording&, Keep)>;
Judged judge(Adapter& adapter, const Scenario& scenario, const Model& model, Keep keep = Keep::nothing);
/// Of what was played already.
Judged judge(Played played, const Model& model, Keep keep = Keep::nothing);
/// By the model of an edition.
Judged judge(Adapter& adapter, const Scenario& scenario, EditionId edition, Keep keep = Keep::nothing);

/// What two disagreements have in common that have the same cause: how the program failed; or the field, how it
/// differs, and the clause that decided the model's verdict. Empty if they agree.
std::string cause_of(const Judged& judged);

}  // namespace conntrack::oracle

// The model and the fast tracker under the same router: a scenario is played on both, step by step, and everything that
// a recording would show is compared, and every field of every entry.
#pragma once

#include "oracle/play/player.hpp"

#include <functional>
#include <string>
#include <vector>

namespace conntrack::testing {

/// What differed first, with the scenario up to there; or nothing. `on_step` is told what the model made of each step.
std::string path_difference(const oracle::Json& scenario, EditionId edition,
                            const std::function<void(const oracle::Json&)>& on_step = nullptr);

/// Entries that fill the table, and a maximum that they meet, between the steps of a scenario: the same of one seed.
oracle::Json with_fillers(oracle::Json scenario, std::uint64_t seed);

}  // namespace conntrack::testing

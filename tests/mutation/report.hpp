// Shows a mutation run.
#pragma once

#include "tests/mutation/mutation_run.hpp"

#include <string>
#include <vector>

namespace conntrack::testing {

/// A line of the table; wide names are not cut.
std::string verdict_text(const MutantVerdict& verdict);
/// One JSON object and a line break.
std::string verdict_json(const MutantVerdict& verdict);
/// How many of each kind ended how, what killed how many, and the time.
std::string summary_text(const std::vector<MutantVerdict>& verdicts);

}  // namespace conntrack::testing

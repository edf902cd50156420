// A recording whose lines are not written yet, held against the model by its values.
#pragma once

#include "oracle/record/scenario_json.hpp"

namespace conntrack::oracle {

/// Does the model of linux-6.18 surely do what is shown? False: that is not certain, and check() has to judge. It is
/// certain only of what the exact times say, and of scenarios whose steps show all there is to compare.
bool surely_agrees(const Recording& recording);

}  // namespace conntrack::oracle

// The shortest scenario that shows the same: steps, rules and settings are left out as long as the cause stays.
#pragma once

#include "oracle/play/scenario.hpp"

#include <functional>

namespace conntrack::oracle {

/// Does this scenario still show it?
using StillShows = std::function<bool(const Scenario&)>;

/// `scenario` shows it. Asks at most `tries_max` times.
Scenario shrink(Scenario scenario, const StillShows& still_shows, std::size_t tries_max = 2000);

/// The scenario without `count` steps from `first` on. What other steps took from packets of these, they take no more.
Scenario without_steps(const Scenario& scenario, std::size_t first, std::size_t count);

}  // namespace conntrack::oracle

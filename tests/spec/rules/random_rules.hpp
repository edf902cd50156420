// Random rule sets that iptables could hold, made directly and not from text.
#pragma once

#include "spec/rules/rule_set.hpp"

#include <cstdint>

namespace conntrack::testing {

/// The same seed gives the same rule set. `unknown`: also matches that are not known, with that answer.
rules::RuleSet random_rules(std::uint64_t seed, Family family, const bool* unknown = nullptr);

}  // namespace conntrack::testing

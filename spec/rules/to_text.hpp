// Rules as text, in the canonical form of iptables-save.
#pragma once

#include "spec/rules/rule_set.hpp"

#include <string>

namespace conntrack::rules {

/// With `counters`, and if `with_counters`, what was counted is written; else what the rule set began with.
std::string to_text(const RuleSet& rules, bool with_counters = false, const RuleCounters* counters = nullptr);

/// One rule as `-A CHAIN ...`, without its counters.
std::string to_text(const RuleSet& rules, const Table& table, const Chain& chain, const Rule& rule);

}  // namespace conntrack::rules

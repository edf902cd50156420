// The rules that random scenarios play under.
#pragma once

#include "oracle/traffic/numbers.hpp"
#include "oracle/traffic/profile.hpp"
#include "spec/edition.hpp"

#include <string>

namespace conntrack::oracle::traffic {

struct RuleText {
    std::string ipv4, ipv6;
    bool translates = false;
};

/// Empty texts: no rules.
RuleText draw_rules(Profile profile, EditionId edition, Numbers& numbers);

}  // namespace conntrack::oracle::traffic

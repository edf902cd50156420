// What a user should be told of rules before they decide anything: that a kernel would not take them, and which of
// their matches are not known here.
#pragma once

#include "oracle/replay/replay.hpp"

#include <string>

namespace conntrack::oracle {

/// Throws InputError where the edition has no such table (as ip6tables-restore would refuse them), and warns of every
/// match that is not known. `where`: the file, or the option, that the rules were read from.
void remark_on_rules(const PacketPath::RuleChange& rules, const Edition& edition, const std::string& where,
                     const ReplayOptions::Warn& warn);

}  // namespace conntrack::oracle

// Random rule sets for sessions with the packet path: lines picked from a list, as the bits of a number say. Fewer bits
// are fewer rules, so a failure shrinks to the rules that it needs.
#pragma once

#include "spec/address.hpp"
#include "spec/edition.hpp"

#include <cstdint>
#include <string>

namespace conntrack::testing {

/// The text of iptables-save that `picked` stands for; empty: no rules at all.
std::string rules_text(std::uint32_t picked, Family family, const Edition& edition);

}  // namespace conntrack::testing

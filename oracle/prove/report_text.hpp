// Results of proofs for people and for machines: a table with traces, JSON Lines, JUnit; and the list of theorems.
#pragma once

#include "proofs/prover.hpp"

#include <string>
#include <vector>

namespace conntrack::oracle {

/// One line; a violated theorem's trace follows, packet by packet.
std::string report_text(const proofs::Report& report);
std::string report_json(const proofs::Report& report);
std::string report_junit(const std::vector<proofs::Report>& reports);

/// Name and sentence, one line a theorem.
std::string theorems_text();
/// The page docs/theorems.md.
std::string theorems_markdown();

}  // namespace conntrack::oracle

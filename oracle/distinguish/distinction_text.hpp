// Differences between two editions for people and for machines, and as scenarios.
#pragma once

#include "oracle/play/scenario.hpp"
#include "proofs/distinguish/distinguish.hpp"

#include <string>
#include <vector>

namespace conntrack::oracle {

/// What differs, and the packets that show it; where the two come to different results, both stand in the line.
std::string distinction_text(const proofs::Shown& shown, const std::array<EditionId, 2>& editions);
/// One line.
std::string distinction_json(const proofs::Shown& shown, const std::array<EditionId, 2>& editions);
/// How many there are, and how far was looked.
std::string distinctions_summary(const std::vector<proofs::Shown>& all, unsigned most);

/// "tcp.ESTABLISHED_original_synack.linux-2.6.9.linux-2.6.32"; good for a file.
std::string distinction_name(const proofs::Shown& shown, const std::array<EditionId, 2>& editions);
/// The packets, for replay under either edition.
Json distinction_scenario(const proofs::Shown& shown, const std::array<EditionId, 2>& editions);

}  // namespace conntrack::oracle

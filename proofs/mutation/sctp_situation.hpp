// The situations in which the SCTP machine decides, and what comes of each, as terms.
#pragma once

#include "proofs/mutation/situation.hpp"

namespace conntrack::proofs {

/// A chunk in a state and direction, handled or looked up; and a packet of it about any entry.
void add_sctp_situations(std::vector<Situation>& out, const Edition& edition);

}  // namespace conntrack::proofs

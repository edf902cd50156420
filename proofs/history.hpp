// What is known of the history of an entry that packets made, beyond the invariants of spec/invariants.
#pragma once

#include "proofs/tcp_entry.hpp"

namespace conntrack::proofs {

/// What the rows that nothing takes wait for in vain. Kept by every packet, as
/// tcp_table_is_total_and_every_state_is_reachable proves.
Bit history_is_known(const Semantics& semantics, const TcpEntry& entry);

}  // namespace conntrack::proofs

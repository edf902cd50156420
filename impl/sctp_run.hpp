// SCTP packets of a fast tracker. Compiled apart from the engines, which are heavy enough.
#pragma once

#include "spec/sctp/packet.hpp"

namespace conntrack::fast {

/// `state`: the entry's, before the packet and after it.
sctp::PacketOutcome run_sctp(const sctp::PacketStep& packet, const sctp::Association<Concrete>& before,
                             sctp::State& state);

}  // namespace conntrack::fast

// Runs of packets that the solver finds, as packets that can be sent and people can read.
#pragma once

#include "proofs/evaluate.hpp"
#include "proofs/observed.hpp"
#include "proofs/trace.hpp"

#include <vector>

namespace conntrack::proofs {

/// One frame holds it, and its options stand where they belong.
Bit can_be_sent(const TcpPacket& packet, bool with_sack);

/// Numbers that people can read, the most welcome first.
std::vector<Bit> preferences(const std::vector<TcpPacket>& packets);

TracedPacket decode_packet(const Edition& edition, const TcpPacket& packet, const Observed& seen, Evaluation& value);

}  // namespace conntrack::proofs

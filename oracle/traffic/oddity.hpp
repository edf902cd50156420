// What hostile senders do to packets: lengths that lie, wrong checksums, odd options, bytes turned over.
#pragma once

#include "oracle/traffic/numbers.hpp"
#include "oracle/traffic/packet_bytes.hpp"

namespace conntrack::oracle::traffic {

void make_odd(Bytes& packet, Numbers& numbers);
/// The packet in pieces: most often all of them, in any order, sometimes twice, overlapping, or with one missing. The
/// datagram needs some bytes behind its header, and an identifier that no other has.
std::vector<Bytes> in_fragments(const Bytes& packet, Numbers& numbers);

}  // namespace conntrack::oracle::traffic

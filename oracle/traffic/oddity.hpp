// What hostile senders do to packets: lengths that lie, wrong checksums, odd options, bytes turned over.
#pragma once

#include "oracle/traffic/numbers.hpp"
#include "oracle/traffic/packet_bytes.hpp"

namespace conntrack::oracle::traffic {

void make_odd(Bytes& packet, Numbers& numbers);

}  // namespace conntrack::oracle::traffic

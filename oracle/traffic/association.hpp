// SCTP packets near what the tracker expects: the next one of a handshake or a shutdown, with the right tag or another.
#pragma once

#include "oracle/traffic/flow.hpp"

namespace conntrack::oracle::traffic {

Bytes next_sctp_packet(const Flow& flow, Direction from, const Tracking& tracker, Numbers& numbers);

}  // namespace conntrack::oracle::traffic

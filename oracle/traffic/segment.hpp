// TCP segments near what the tracker expects: the next one of a handshake or a close, or one at an edge of a window.
#pragma once

#include "oracle/traffic/flow.hpp"

namespace conntrack::oracle::traffic {

Bytes next_segment(const Flow& flow, Direction from, const Tracking& tracker, Numbers& numbers);

}  // namespace conntrack::oracle::traffic

// A line a packet: number, time, state, direction, the packet, the clause that decided it, the entry, the events.
#pragma once

#include "oracle/replay/flow_filter.hpp"
#include "oracle/replay/sink.hpp"

#include <memory>

namespace conntrack::oracle {

/// `absolute`: times are since 1970 (captures).
std::unique_ptr<Sink> make_text_sink(const Filter& filter, bool absolute);

}  // namespace conntrack::oracle

// Counts instead of lines: packets per state and clause, the flows with most INVALID packets, entries at the end.
#pragma once

#include "oracle/replay/flow_filter.hpp"
#include "oracle/replay/sink.hpp"

#include <memory>

namespace conntrack::oracle {

std::unique_ptr<Sink> make_summary_sink(const Filter& filter);

}  // namespace conntrack::oracle

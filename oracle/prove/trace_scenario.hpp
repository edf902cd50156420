// A trace as a scenario that replay plays.
#pragma once

#include "oracle/play/scenario.hpp"
#include "proofs/trace.hpp"

#include <string>

namespace conntrack::oracle {

/// One JSON object, as docs/formats.md has it.
Json trace_scenario(const proofs::Trace& trace, const std::string& name, const std::string& description);

}  // namespace conntrack::oracle

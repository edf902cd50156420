// A disagreement in words, packet by packet: what entered, what either said, and where they part.
#pragma once

#include "oracle/compare/judge.hpp"

#include <string>

namespace conntrack::oracle {

/// The model's own recording of the steps that were answered, as far as they were kept.
std::string model_recording(const Judged& judged);
/// A recording as it stands in a file.
std::string recording_text(const Recording& recording);
/// A scenario as it stands in a file.
std::string scenario_text(const Scenario& scenario);

/// The judged disagreement must have been kept with its steps. Ends with a newline.
std::string explanation(const Judged& judged, const std::string& program);

}  // namespace conntrack::oracle

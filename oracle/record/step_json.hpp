// Steps as scenarios hold them in JSON.
#pragma once

#include "oracle/play/scenario.hpp"

namespace conntrack::oracle {

/// As it was read; of a step that was made otherwise, what would be read.
Json step_json(const Step& step);

}  // namespace conntrack::oracle

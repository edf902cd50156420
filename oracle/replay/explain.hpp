// Everything about one packet: decoded, its entry before and after, the numbers that the window test compared, the
// clause in words, and what other editions would say.
#pragma once

#include "oracle/replay/replay.hpp"

#include <string>

namespace conntrack::oracle {

struct ExplainRequest {
    std::string path;
    std::uint64_t number = 0;  // of the frame, or of the step
    ReplayOptions options;
};

/// Throws InputError if there is no packet of that number.
std::string explain(const ExplainRequest& request);

}  // namespace conntrack::oracle

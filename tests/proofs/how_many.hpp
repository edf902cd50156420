// How many random steps a test takes: ten times as many in `./dev soak`.
#pragma once

#include <cstdlib>

namespace conntrack::testing {

inline unsigned how_many(unsigned usual) { return std::getenv("CTORACLE_SOAK") != nullptr ? 10 * usual : usual; }

}  // namespace conntrack::testing

// What a fuzz target does when a property does not hold: it says which and aborts, so that the input is kept.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace conntrack::testing {

inline void require(bool holds, const std::string& what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what.c_str());
    std::abort();
}

}  // namespace conntrack::testing

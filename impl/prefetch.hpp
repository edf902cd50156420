// Brings a line into the cache before it is needed.
#pragma once

namespace conntrack::fast {

/// For reading and writing. The empty statement has a side effect as far as g++ can tell: without one, version 12
/// takes a function that only fetches for one that does nothing, and drops calls of it.
inline void prefetch(const void* line) {
    __builtin_prefetch(line, 1);
    asm volatile("");
}

}  // namespace conntrack::fast

// How even the fast tracker's pace is while connections come and go, and how it scales to two threads.
#pragma once

#include <cstdint>

namespace conntrack::bench {

/// Batches of 4096 packets among so many open connections: four fifths hits, a tenth opens, a tenth closes. Prints the
/// median and the 99.9th percentile, the best of three runs.
void measure_churn(std::uint32_t connections);

/// Hits of one shard alone, and of two at once, each on its own thread.
void measure_threads(std::uint32_t connections);

}  // namespace conntrack::bench

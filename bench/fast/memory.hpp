// What connections cost in memory: as the tracker counts it, and as the system does.
#pragma once

#include <cstdint>

namespace conntrack::bench {

/// Opens so many TCP connections over IPv4 in a tracker of their own, and prints the memory that is in use then.
void measure_memory(std::uint32_t connections);

}  // namespace conntrack::bench

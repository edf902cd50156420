// Processor time of the calling thread: what a proof costs, however busy the machine is.
#pragma once

#include <ctime>

namespace conntrack::proofs {

inline double cpu_seconds() {
    std::timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace conntrack::proofs

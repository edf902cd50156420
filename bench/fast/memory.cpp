#include "bench/fast/memory.hpp"

#include "bench/fast/connections.hpp"

#include <fmt/format.h>
#include <fstream>
#include <string>

namespace conntrack::bench {

namespace {

/// Bytes of this process that lie in memory (VmRSS of /proc/self/status).
std::uint64_t resident() {
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word)
        if (std::uint64_t kilobytes = 0; word == "VmRSS:" && status >> kilobytes) return kilobytes * 1024;
    return 0;
}

}  // namespace

void measure_memory(std::uint32_t connections) {
    const std::uint64_t before = resident();
    const auto tracker = fast::make_tracker(EditionId::linux_6_18, {.key = fast::HashKey::from_seed(1)});
    tracker->configure(Setting::max, connections);
    tracker->configure(Setting::buckets, connections);
    open(*tracker, 0, connections, Transport::tcp);
    const fast::Shape shape = tracker->shape();
    constexpr double gigabyte = 1e9;
    fmt::print("\n{} TCP connections over IPv4, ASSURED\n", tracker->linked());
    fmt::print("  {:.3f} GB as the tracker counts, {:.3f} GB as the system does; {:.1f} bytes a connection\n",
               static_cast<double>(shape.bytes) / gigabyte, static_cast<double>(resident() - before) / gigabyte,
               static_cast<double>(shape.bytes) / connections);
    std::fflush(stdout);
}

}  // namespace conntrack::bench

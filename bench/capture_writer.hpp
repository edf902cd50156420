// Writes a capture of mixed flows for the benchmark: TCP connections that open, talk and close, UDP questions and
// answers, pings; interleaved at random, both directions, from a seed.
#pragma once

#include <cstdint>
#include <string>

namespace conntrack::bench {

struct Traffic {
    std::uint64_t packets = 10'000'000;
    std::uint32_t flows = 10'000;
    std::uint64_t seed = 1;
};

/// Writes a pcap file of raw IP packets with right checksums.
void write_capture(const std::string& path, const Traffic& traffic);

}  // namespace conntrack::bench

// The packets of the recordings, step by step, for tests that hold functions on bytes against what kernels did.
#pragma once

#include "spec/editions.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace conntrack::testing {

struct RecordedPacket {
    const Edition* edition = nullptr;
    std::string group, where;                      // "nat", and "nat_dnat step 3"
    std::vector<std::uint8_t> in;                  // as it entered, up to the end that its IP header gives it
    std::vector<std::uint8_t> out;                 // as it left; empty if it did not, the same as `in` if unchanged
    std::vector<std::vector<std::uint8_t>> local;  // what the router itself sent because of it
    bool seen = false, invalid = false;
};

/// Calls `visit` for every packet of every recording of these editions in tests/conformance.
void each_recorded_packet(std::span<const EditionId> of, const std::function<void(const RecordedPacket&)>& visit);

}  // namespace conntrack::testing

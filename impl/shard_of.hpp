// Which shard a packet belongs to: the same for both directions of a flow, and for ICMP errors about it.
#pragma once

#include "impl/crossings.hpp"
#include "impl/hash_key.hpp"
#include "impl/tracker.hpp"
#include "spec/trackers.hpp"

#include <cstdint>

namespace conntrack::fast {

/// Both ends of the tuple count alike. Of ICMP the id counts, and not the type, which differs in the two directions.
std::uint64_t hash_of_ends(const Tuple& tuple, const HashKey& key);

std::uint32_t shard_of(const Tuple& tuple, const Crossings& crossings);
/// Of a packet without a tuple: 0.
std::uint32_t shard_of(const Packet& packet, const Edition& edition, const Modules& modules,
                       const Crossings& crossings);
std::uint32_t shard_of(const Frame& frame, const Edition& edition, const Modules& modules, const Crossings& crossings);

}  // namespace conntrack::fast

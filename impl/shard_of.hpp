// Which shard a packet belongs to: the same for both directions of a flow, and for ICMP errors about it.
#pragma once

#include "impl/hash_key.hpp"
#include "impl/tracker.hpp"
#include "spec/trackers.hpp"

#include <cstdint>

namespace conntrack::fast {

/// 0 to `shards` - 1. Both ends of the tuple count alike. Of ICMP the id counts, and not the type, which differs in the
/// two directions.
std::uint32_t shard_of(const Tuple& tuple, std::uint32_t shards, const HashKey& key);

/// Of a packet without a tuple: 0. `shards` must not be 0.
std::uint32_t shard_of(const Packet& packet, const Edition& edition, const Modules& modules, std::uint32_t shards,
                       const HashKey& key);
std::uint32_t shard_of(const Frame& frame, const Edition& edition, const Modules& modules, std::uint32_t shards,
                       const HashKey& key);

}  // namespace conntrack::fast

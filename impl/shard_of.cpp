#include "impl/shard_of.hpp"

#include "impl/lookup_key.hpp"
#include "impl/read_frame.hpp"
#include "spec/icmp.hpp"
#include "spec/tuple_of.hpp"
#include "spec/wire/decode.hpp"

#include <variant>

namespace conntrack::fast {

namespace {

/// One end of a tuple, hashed as if it were all of it.
std::uint64_t hash_of_end(const Address& address, std::uint16_t part, const HashKey& key) {
    LookupKey end;
    end.src_high = address.high;
    end.src_low = address.low;
    end.parts = part;
    end.v6 = true;  // all words count
    return tag_of(end, key);
}

}  // namespace

std::uint32_t shard_of(const Tuple& tuple, std::uint32_t shards, const HashKey& key) {
    const bool icmp = tuple.is_icmp();
    const std::uint64_t ends = hash_of_end(tuple.src, tuple.src_part, key) +
                               hash_of_end(tuple.dst, icmp ? tuple.src_part : tuple.dst_part, key);
    const std::uint64_t mixed = (ends + tuple.proto) * 0x9e37'79b9'7f4a'7c15;
    return static_cast<std::uint32_t>((mixed >> 32) * shards >> 32);
}

std::uint32_t shard_of(const Packet& packet, const Edition& edition, const Modules& modules, std::uint32_t shards,
                       const HashKey& key) {
    const bool error = packet.icmp && (packet.family == Family::ipv6 ? icmp::v6_is_error(packet.icmp->type)
                                                                     : icmp::is_error(packet.icmp->type));
    const InnerPacket* quoted = packet.redirected ? &*packet.redirected : packet.inner ? &*packet.inner : nullptr;
    if ((error || packet.redirected) && quoted != nullptr)
        if (const auto tuple = tuple_of(*quoted, edition, modules)) return shard_of(*tuple, shards, key);
    if (packet.later_fragment || !packet.transport_found) return 0;
    const auto tuple = tuple_of(packet, edition, modules);
    return tuple ? shard_of(*tuple, shards, key) : 0;
}

std::uint32_t shard_of(const Frame& frame, const Edition& edition, const Modules& modules, std::uint32_t shards,
                       const HashKey& key) {
    PacketFacts facts;
    if (read_plain(facts, frame, edition)) return shard_of(tuple_of(facts.key), shards, key);
    const auto decoded = wire::decode({frame.bytes, frame.length}, {.checksum = wire::ChecksumPolicy::ignore});
    const auto* packet = std::get_if<Packet>(&decoded);
    return packet == nullptr ? 0 : shard_of(*packet, edition, modules, shards, key);
}

}  // namespace conntrack::fast

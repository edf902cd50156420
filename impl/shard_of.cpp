#include "impl/shard_of.hpp"

#include "impl/lookup_key.hpp"
#include "impl/read_frame.hpp"
#include "spec/icmp.hpp"
#include "spec/tuple_of.hpp"
#include "spec/wire/decode.hpp"

#include <utility>
#include <variant>

namespace conntrack::fast {

namespace {

/// One end of a tuple, hashed as if it were all of it: twice, in two halves.
std::uint64_t hash_of_end(const Address& address, std::uint16_t part, const HashKey& key) {
    LookupKey end;
    end.src_high = address.high;
    end.src_low = address.low;
    end.parts = part;
    end.v6 = true;  // all words count
    LookupKey again = end;
    std::swap(again.src_high, again.dst_high);  // by other words of the key
    std::swap(again.src_low, again.dst_low);
    return std::uint64_t{tag_of(end, key)} << 32 | tag_of(again, key);
}

}  // namespace

std::uint64_t hash_of_ends(const Tuple& tuple, const HashKey& key) {
    const bool icmp = tuple.is_icmp();
    std::uint64_t sum = hash_of_end(tuple.src, tuple.src_part, key) +
                        hash_of_end(tuple.dst, icmp ? tuple.src_part : tuple.dst_part, key) + tuple.proto;
    sum = (sum ^ sum >> 30) * 0xbf58'476d'1ce4'e5b9;  // as SplitMix64 mixes
    sum = (sum ^ sum >> 27) * 0x94d0'49bb'1331'11eb;
    return sum ^ sum >> 31;
}

std::uint32_t shard_of(const Tuple& tuple, const Crossings& crossings) { return crossings.shard_of(tuple); }

std::uint32_t shard_of(const Packet& packet, const Edition& edition, const Modules& modules,
                       const Crossings& crossings) {
    const bool error = packet.icmp && (packet.family == Family::ipv6 ? icmp::v6_is_error(packet.icmp->type)
                                                                     : icmp::is_error(packet.icmp->type));
    const InnerPacket* quoted = packet.redirected ? &*packet.redirected : packet.inner ? &*packet.inner : nullptr;
    if ((error || packet.redirected) && quoted != nullptr)
        if (const auto tuple = tuple_of(*quoted, edition, modules)) return shard_of(*tuple, crossings);
    if (packet.later_fragment || !packet.transport_found) return 0;
    const auto tuple = tuple_of(packet, edition, modules);
    return tuple ? shard_of(*tuple, crossings) : 0;
}

std::uint32_t shard_of(const Frame& frame, const Edition& edition, const Modules& modules, const Crossings& crossings) {
    PacketFacts facts;
    if (read_plain(facts, frame, edition)) return shard_of(tuple_of(facts.key), crossings);
    const auto decoded = wire::decode({frame.bytes, frame.length}, {.checksum = wire::ChecksumPolicy::ignore});
    const auto* packet = std::get_if<Packet>(&decoded);
    return packet == nullptr ? 0 : shard_of(*packet, edition, modules, crossings);
}

}  // namespace conntrack::fast

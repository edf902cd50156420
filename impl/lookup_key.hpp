// What a tuple is looked up by: its words, and the tag that a keyed hash makes of them.
//
// The hash is the multilinear one (Carter and Wegman; Dietzfelbinger): k0 + sum of ki * wi mod 2^64, over the 32-bit
// words wi of the tuple. For any two different tuples, whichever an attacker chooses, the sums agree for at most one
// key in 2^33, since they agree only if a sum of ki * (wi - wi') with some 0 < |wi - wi'| < 2^32 is 0. The sum is then
// mixed, so that tuples in arithmetic progression do not stay in line, and cut to the 32 bits of the tag.
#pragma once

#include "impl/hash_key.hpp"
#include "spec/tuple.hpp"

#include <bit>
#include <cstdint>

namespace conntrack::fast {

/// How much of a tag tells apart what shares a bucket falls with the size of the index; 2^22 buckets leave ten bits.
using Tag = std::uint32_t;

/// Addresses in host order, as Tuple has them.
struct LookupKey {
    std::uint64_t src_high = 0, src_low = 0, dst_high = 0, dst_low = 0;  // IPv4: the upper ones are 0
    std::uint32_t parts = 0;                                             // source part << 16 | destination part
    std::uint16_t zone = 0;
    std::uint8_t proto = 0;
    bool v6 = false;
};

constexpr LookupKey lookup_key_of(const Tuple& t) {
    return {t.src.high,
            t.src.low,
            t.dst.high,
            t.dst.low,
            std::uint32_t{t.src_part} << 16 | t.dst_part,
            t.zone,
            t.proto,
            t.family == Family::ipv6};
}

/// Source and destination exchanged: the key of the answer, but for ICMP.
constexpr LookupKey turned(const LookupKey& k) {
    return {k.dst_high, k.dst_low, k.src_high, k.src_low, k.parts << 16 | k.parts >> 16, k.zone, k.proto, k.v6};
}

constexpr Tuple tuple_of(const LookupKey& k) {
    return {{k.src_high, k.src_low},
            {k.dst_high, k.dst_low},
            static_cast<std::uint16_t>(k.parts >> 16),
            static_cast<std::uint16_t>(k.parts & 0xffff),
            k.proto,
            k.v6 ? Family::ipv6 : Family::ipv4,
            k.zone};
}

constexpr Tag tag_of(const LookupKey& k, const HashKey& key) {
    const auto& w = key.words;
    const auto low = [](std::uint64_t word) { return word & 0xffff'ffff; };
    const std::uint32_t rest = std::uint32_t{k.zone} | std::uint32_t{k.proto} << 16 | std::uint32_t{k.v6} << 24;
    std::uint64_t sum = w[0] + w[1] * low(k.src_low) + w[2] * low(k.dst_low) + w[3] * k.parts + w[4] * rest;
    if (k.v6)
        sum += w[5] * (k.src_low >> 32) + w[6] * low(k.src_high) + w[7] * (k.src_high >> 32) +
               w[8] * (k.dst_low >> 32) + w[9] * low(k.dst_high) + w[10] * (k.dst_high >> 32);
    // A multiplication by a secret odd number between two folds.
    sum ^= sum >> 32;
    sum *= w[11] | 1;
    sum ^= std::rotr(sum, 29);
    sum *= 0x9e37'79b9'7f4a'7c15;
    return static_cast<Tag>(sum >> 32);
}

}  // namespace conntrack::fast

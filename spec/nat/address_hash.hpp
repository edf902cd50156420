// The hashes by which later kernels choose among several addresses: not random, so the same pair of hosts always gets
// the same address, across reboots too. Words are taken as they lie in memory on a little-endian machine.
// Sources: include/linux/jhash.h of 2.6.32 (the older mixing) and of 6.18; find_best_ips_proto() of nf_nat_core.c.
#pragma once

#include "spec/address.hpp"

#include <array>
#include <bit>
#include <cstdint>

namespace conntrack::nat {

/// A 32-bit word of an address as a little-endian machine reads it from the packet.
constexpr std::uint32_t stored_word(std::uint32_t host_order) {
    return host_order >> 24 | (host_order >> 8 & 0xff00) | (host_order << 8 & 0xff'0000) | host_order << 24;
}

/// The four words of an address, each in host order; an IPv4 address stands in the first, as in the kernel's union.
constexpr std::array<std::uint32_t, 4> words_of(Family family, const Address& a) {
    if (family == Family::ipv4) return {a.as_v4(), 0, 0, 0};
    return {static_cast<std::uint32_t>(a.high >> 32), static_cast<std::uint32_t>(a.high),
            static_cast<std::uint32_t>(a.low >> 32), static_cast<std::uint32_t>(a.low)};
}

/// jhash_2words() as it was until 2.6.36.
constexpr std::uint32_t old_jhash_2words(std::uint32_t first, std::uint32_t second, std::uint32_t seed) {
    std::uint32_t a = first + 0x9e37'79b9, b = second + 0x9e37'79b9, c = seed;
    a -= b, a -= c, a ^= c >> 13;
    b -= c, b -= a, b ^= a << 8;
    c -= a, c -= b, c ^= b >> 13;
    a -= b, a -= c, a ^= c >> 12;
    b -= c, b -= a, b ^= a << 16;
    c -= a, c -= b, c ^= b >> 5;
    a -= b, a -= c, a ^= c >> 3;
    b -= c, b -= a, b ^= a << 10;
    c -= a, c -= b, c ^= b >> 15;
    return c;
}

/// jhash2() of four words, as it is since 2.6.37.
constexpr std::uint32_t jhash2_of_four(const std::array<std::uint32_t, 4>& k, std::uint32_t seed) {
    std::uint32_t a = 0xdead'beef + (4u << 2) + seed, b = a, c = a;
    a += k[0], b += k[1], c += k[2];
    a -= c, a ^= std::rotl(c, 4), c += b;
    b -= a, b ^= std::rotl(a, 6), a += c;
    c -= b, c ^= std::rotl(b, 8), b += a;
    a -= c, a ^= std::rotl(c, 16), c += b;
    b -= a, b ^= std::rotl(a, 19), a += c;
    c -= b, c ^= std::rotl(b, 4), b += a;
    a += k[3];
    c ^= b, c -= std::rotl(b, 14);
    a ^= c, a -= std::rotl(c, 11);
    b ^= a, b -= std::rotl(a, 25);
    c ^= b, c -= std::rotl(b, 16);
    a ^= c, a -= std::rotl(c, 4);
    b ^= a, b -= std::rotl(a, 14);
    c ^= b, c -= std::rotl(b, 24);
    return c;
}

/// `value` scaled into 0 .. size - 1.
constexpr std::uint32_t scaled(std::uint32_t value, std::uint32_t size) {
    return static_cast<std::uint32_t>(std::uint64_t{value} * size >> 32);
}

}  // namespace conntrack::nat

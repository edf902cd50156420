// Entries that fill a table by the hundred thousand, so that what happens at its maximum can be tried: UDP flows
// 10.X.Y.Z:1000 > 198.51.100.1:53, numbered by X.Y.Z.
#pragma once

#include "spec/tuple.hpp"

#include <cstdint>
#include <utility>

namespace conntrack {

/// They do nothing but fill the table: no list and no event shows them.
struct Fill {
    std::uint32_t count = 0;
    bool assured = false;
    std::uint16_t zone = 9;
};

namespace filler {

inline constexpr std::uint32_t network = 10u << 24;
inline constexpr Address server = Address::v4(0xc633'6401);  // 198.51.100.1
inline constexpr std::uint16_t client_port = 1000, server_port = 53;
inline constexpr std::uint32_t first_number = 0x01'00'00;  // 10.1.0.0
inline constexpr std::uint32_t last_number = 0xff'ff'ff;
inline constexpr std::uint32_t timeout_s = 3000;
inline constexpr std::uint64_t first_id = std::uint64_t{1} << 63;  // they are not numbered among other entries

constexpr Tuple original(std::uint32_t number, std::uint16_t zone) {
    return {Address::v4(network | number), server, client_port, server_port, protocol::udp, Family::ipv4, zone};
}

constexpr Tuple reply_of(const Tuple& original) {
    Tuple reply = original;
    std::swap(reply.src, reply.dst);
    std::swap(reply.src_part, reply.dst_part);
    return reply;
}

}  // namespace filler

}  // namespace conntrack

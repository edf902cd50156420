// What an entry remembers of a TCP connection, in the widths that the kernel gives its fields: 56 bytes.
#pragma once

#include "spec/tcp/connection.hpp"

#include <array>
#include <cstdint>

namespace conntrack::fast {

struct PackedPeer {
    std::uint32_t end, maxend, maxwin, maxack;
};

struct PackedTcp {
    std::array<PackedPeer, 2> peers;  // by Direction, as are the three below
    std::array<std::uint8_t, 2> flags, loose, scale;
    std::uint16_t last_win;
    std::uint32_t last_seq, last_ack, last_end;
    std::uint8_t last;  // direction, and class << 1
    std::uint8_t last_scale;
    std::uint8_t last_flags;
    std::uint8_t retrans;
};
static_assert(sizeof(PackedTcp) == 56);

/// The connection as it looks from one side: `origin` stands where the original direction stands.
constexpr tcp::Connection<Concrete> unpack_from(const PackedTcp& p, Direction origin) {
    const auto mine = static_cast<std::size_t>(origin);
    const auto peer = [&](std::size_t i) {
        const PackedPeer& side = p.peers[i];
        return tcp::Peer<Concrete>{side.end, side.maxend, side.maxwin, side.maxack, p.scale[i], p.flags[i], p.loose[i]};
    };
    return {peer(mine),
            peer(1 - mine),
            {(p.last & 1U) ^ static_cast<std::uint32_t>(mine), std::uint32_t{p.last} >> 1, p.last_seq, p.last_ack,
             p.last_end, p.last_win, p.last_scale, p.last_flags},
            p.retrans};
}

/// The other way round. Fields must fit (spec/invariants/tcp_fields_fit.hpp).
constexpr void pack_from(PackedTcp& p, const tcp::Connection<Concrete>& c, Direction origin) {
    const auto byte = [](std::uint32_t value) { return static_cast<std::uint8_t>(value); };
    const auto mine = static_cast<std::size_t>(origin);
    const auto put = [&](std::size_t i, const tcp::Peer<Concrete>& side) {
        p.peers[i] = {side.td_end, side.td_maxend, side.td_maxwin, side.td_maxack};
        p.flags[i] = byte(side.flags);
        p.loose[i] = byte(side.loose);
        p.scale[i] = byte(side.td_scale);
    };
    put(mine, c.original);
    put(1 - mine, c.reply);
    p.last_seq = c.last.seq;
    p.last_ack = c.last.ack;
    p.last_end = c.last.end;
    p.last_win = static_cast<std::uint16_t>(c.last.win);
    p.last = byte((c.last.dir ^ static_cast<std::uint32_t>(mine)) | c.last.index << 1);
    p.last_scale = byte(c.last.wscale);
    p.last_flags = byte(c.last.flags);
    p.retrans = byte(c.retrans);
}

constexpr tcp::Connection<Concrete> unpack(const PackedTcp& p) { return unpack_from(p, Direction::original); }
constexpr PackedTcp pack(const tcp::Connection<Concrete>& c) {
    PackedTcp p{};
    pack_from(p, c, Direction::original);
    return p;
}

}  // namespace conntrack::fast

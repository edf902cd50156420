// What an entry remembers of a TCP connection, in the widths that the kernel gives its fields: 56 bytes.
#pragma once

#include "spec/tcp/connection.hpp"

#include <array>
#include <cstdint>

namespace conntrack::fast {

struct PackedTcp {
    std::array<std::uint32_t, 2> end, maxend, maxwin, maxack;  // by Direction
    std::uint32_t last_seq, last_ack, last_end;
    std::uint16_t last_win;
    std::array<std::uint8_t, 2> flags, loose;
    std::uint8_t scales;  // original, and reply << 4
    std::uint8_t last;    // direction, and class << 1, and window scale << 4
    std::uint8_t last_flags;
    std::uint8_t retrans;
};
static_assert(sizeof(PackedTcp) == 56);

constexpr tcp::Connection<Concrete> unpack(const PackedTcp& p) {
    const auto peer = [&](std::size_t i) {
        return tcp::Peer<Concrete>{
            p.end[i],   p.maxend[i], p.maxwin[i], p.maxack[i], i == 0 ? p.scales & 0xfU : std::uint32_t{p.scales} >> 4,
            p.flags[i], p.loose[i]};
    };
    return {peer(0),
            peer(1),
            {p.last & 1U, p.last >> 1 & 7U, p.last_seq, p.last_ack, p.last_end, p.last_win, std::uint32_t{p.last} >> 4,
             p.last_flags},
            p.retrans};
}

/// Fields must fit (spec/invariants/tcp_fields_fit.hpp), window scales 15 at most.
constexpr PackedTcp pack(const tcp::Connection<Concrete>& c) {
    const auto byte = [](std::uint32_t value) { return static_cast<std::uint8_t>(value); };
    const auto &a = c.original, &b = c.reply;
    return {.end = {a.td_end, b.td_end},
            .maxend = {a.td_maxend, b.td_maxend},
            .maxwin = {a.td_maxwin, b.td_maxwin},
            .maxack = {a.td_maxack, b.td_maxack},
            .last_seq = c.last.seq,
            .last_ack = c.last.ack,
            .last_end = c.last.end,
            .last_win = static_cast<std::uint16_t>(c.last.win),
            .flags = {byte(a.flags), byte(b.flags)},
            .loose = {byte(a.loose), byte(b.loose)},
            .scales = byte(a.td_scale | b.td_scale << 4),
            .last = byte(c.last.dir | c.last.index << 1 | c.last.wscale << 4),
            .last_flags = byte(c.last.flags),
            .retrans = byte(c.retrans)};
}

}  // namespace conntrack::fast

// What an entry remembers of a TCP connection, in the widths that the kernel gives its fields: 56 bytes. Packing is a
// template over the value domain like the rules, so that a proof can say that nothing is lost.
#pragma once

#include "spec/tcp/connection.hpp"

#include <array>
#include <cstdint>

namespace conntrack::fast {

/// How the words of a domain are kept in little room.
template <class D>
struct Packing;

template <>
struct Packing<Concrete> {
    using Byte = std::uint8_t;
    using Half = std::uint16_t;
    static constexpr Byte byte(std::uint32_t word) { return static_cast<Byte>(word); }
    static constexpr Half half(std::uint32_t word) { return static_cast<Half>(word); }
    static constexpr std::uint32_t word(std::uint32_t packed) { return packed; }
    /// Of `a`, which is 0 or 1, and `b` in one byte.
    static constexpr Byte joined(std::uint32_t a, std::uint32_t b) { return static_cast<Byte>(a | b << 1); }
    /// A direction, 0 or 1, as it looks from one side.
    static constexpr std::uint32_t seen_from(Direction origin, std::uint32_t dir) {
        return dir ^ static_cast<std::uint32_t>(origin);
    }
    static constexpr std::uint32_t lowest_bit(Byte packed) { return packed & 1U; }
    static constexpr std::uint32_t other_bits(Byte packed) { return std::uint32_t{packed} >> 1; }
};

template <class D>
struct PackedPeer {
    typename D::Word end, maxend, maxwin, maxack;
};

template <class D>
struct PackedTcpIn {
    using Byte = typename Packing<D>::Byte;
    std::array<PackedPeer<D>, 2> peers;  // by Direction, as are the three below
    std::array<Byte, 2> flags, loose, scale;
    typename Packing<D>::Half last_win;
    typename D::Word last_seq, last_ack, last_end;
    Byte last;  // direction and class
    Byte last_scale;
    Byte last_flags;
    Byte retrans;
};
using PackedTcp = PackedTcpIn<Concrete>;
static_assert(sizeof(PackedTcp) == 56);

/// The connection as it looks from one side: `origin` stands where the original direction stands.
template <class D>
constexpr tcp::Connection<D> unpack_from(const PackedTcpIn<D>& p, Direction origin) {
    using P = Packing<D>;
    const auto mine = static_cast<std::size_t>(origin);
    const auto peer = [&](std::size_t i) {
        const PackedPeer<D>& side = p.peers[i];
        return tcp::Peer<D>{side.end,           side.maxend,         side.maxwin,
                            side.maxack,        P::word(p.scale[i]), P::word(p.flags[i]),
                            P::word(p.loose[i])};
    };
    return {peer(mine),
            peer(1 - mine),
            {P::seen_from(origin, P::lowest_bit(p.last)), P::other_bits(p.last), p.last_seq, p.last_ack, p.last_end,
             P::word(p.last_win), P::word(p.last_scale), P::word(p.last_flags)},
            P::word(p.retrans)};
}

/// The other way round. Fields must fit (spec/invariants/tcp_fields_fit.hpp). Every field of `p` is written.
template <class D>
constexpr void pack_from(PackedTcpIn<D>& p, const tcp::Connection<D>& c, Direction origin) {
    using P = Packing<D>;
    const auto mine = static_cast<std::size_t>(origin);
    const auto put = [&](std::size_t i, const tcp::Peer<D>& side) {
        p.peers[i] = {side.td_end, side.td_maxend, side.td_maxwin, side.td_maxack};
        p.flags[i] = P::byte(side.flags);
        p.loose[i] = P::byte(side.loose);
        p.scale[i] = P::byte(side.td_scale);
    };
    put(mine, c.original);
    put(1 - mine, c.reply);
    p.last_win = P::half(c.last.win);
    p.last_seq = c.last.seq;
    p.last_ack = c.last.ack;
    p.last_end = c.last.end;
    p.last = P::joined(P::seen_from(origin, c.last.dir), c.last.index);
    p.last_scale = P::byte(c.last.wscale);
    p.last_flags = P::byte(c.last.flags);
    p.retrans = P::byte(c.retrans);
}

/// What an ACK of a settled entry can change of it (a theorem says that it is all), packed from the sender's side.
template <class D>
constexpr void pack_ack_from(PackedTcpIn<D>& p, const tcp::Connection<D>& c, Direction sender) {
    using P = Packing<D>;
    const auto mine = static_cast<std::size_t>(sender), its = 1 - mine;
    p.peers[mine].end = c.original.td_end;
    p.peers[mine].maxwin = c.original.td_maxwin;
    p.peers[mine].maxack = c.original.td_maxack;
    p.flags[mine] = P::byte(c.original.flags);
    p.peers[its].maxend = c.reply.td_maxend;
    p.peers[its].maxwin = c.reply.td_maxwin;
    p.flags[its] = P::byte(c.reply.flags);
    p.last_win = P::half(c.last.win);
    p.last_seq = c.last.seq;
    p.last_ack = c.last.ack;
    p.last_end = c.last.end;
    p.last = P::joined(P::seen_from(sender, c.last.dir), c.last.index);
    p.retrans = P::byte(c.retrans);
}

constexpr tcp::Connection<Concrete> unpack(const PackedTcp& p) { return unpack_from<Concrete>(p, Direction::original); }
constexpr PackedTcp pack(const tcp::Connection<Concrete>& c) {
    PackedTcp p{};
    pack_from<Concrete>(p, c, Direction::original);
    return p;
}

}  // namespace conntrack::fast

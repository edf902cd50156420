// What an entry remembers of a TCP connection, per direction and in all, and the segment that meets it.
// Source: struct ip_ct_tcp and ip_ct_tcp_state of nf_conntrack_tcp.h.
#pragma once

#include "spec/domain.hpp"
#include "spec/tcp/state.hpp"
#include "spec/tuple.hpp"

#include <cstdint>

namespace conntrack::tcp {

/// Bits of Peer::flags and Last::flags (IP_CT_TCP_FLAG_*, IP_CT_EXP_CHALLENGE_ACK, IP_CT_TCP_SIMULTANEOUS_OPEN).
inline constexpr std::uint32_t window_scale_bit = 0x01, sack_perm_bit = 0x02, close_init_bit = 0x04,
                               be_liberal_bit = 0x08, data_unacknowledged_bit = 0x10, maxack_set_bit = 0x20,
                               challenge_ack_bit = 0x40, simultaneous_open_bit = 0x80;

/// One side of the connection.
template <class D>
struct Peer {
    using Word = typename D::Word;
    Word td_end;     // one past the highest sequence number this side has sent
    Word td_maxend;  // one past the highest it may send
    Word td_maxwin;  // the largest window it has advertised
    Word td_maxack;  // the highest acknowledgement it has sent
    Word td_scale;   // 0..14
    Word flags;
    Word loose;  // linux-2.6.9: packets still to pass without a window test
};

/// The last packet that left a mark. Which fields it sets differs by edition; 8 and 16 bit fields are kept wide.
template <class D>
struct Last {
    using Word = typename D::Word;
    Word dir;    // 0 original, 1 reply
    Word index;  // a PacketClass number
    Word seq, ack, end;
    Word win;     // 16 bits
    Word wscale;  // 8 bits
    Word flags;   // 8 bits
};

template <class D>
struct Connection {
    Peer<D> original, reply;
    Last<D> last;
    typename D::Word retrans;  // 8 bits, wraps
};

/// A segment as the rules see it: host order, already past its header checks.
template <class D>
struct Segment {
    using Bit = typename D::Bit;
    using Word = typename D::Word;
    Bit syn, ack_flag, rst;
    Word seq, ack, end;  // end = seq + payload + SYN + FIN
    Word window;         // raw, 16 bits
    Word sack;           // the highest SACK edge, or ack
    Bit any_option, has_window_scale, sack_permitted;
    Word window_scale;  // capped at 14; 0 without the option
    /// By how much NAT has shifted what it acknowledges (spec/expect/sequence.hpp).
    Word ack_shift = D::word(0);
};

template <class D>
typename D::Bit has(const typename D::Word& flags, std::uint32_t bit) {
    return (flags & D::word(bit)) != D::word(0);
}

template <class D>
typename D::Word with(const typename D::Word& flags, std::uint32_t bit) {
    return flags | D::word(bit);
}

template <class D>
typename D::Word without(const typename D::Word& flags, std::uint32_t bit) {
    return flags & D::word(~bit);
}

template <class D>
const Peer<D>& side(const Connection<D>& connection, Direction dir) {
    return dir == Direction::original ? connection.original : connection.reply;
}

/// The connection with both sides replaced, sender first.
template <class D>
Connection<D> with_sides(const Connection<D>& c, Direction dir, const Peer<D>& sender, const Peer<D>& receiver) {
    return dir == Direction::original ? Connection<D>{sender, receiver, c.last, c.retrans}
                                      : Connection<D>{receiver, sender, c.last, c.retrans};
}

template <class D>
Peer<D> select(const typename D::Bit& c, const Peer<D>& a, const Peer<D>& b) {
    return {D::select(c, a.td_end, b.td_end),       D::select(c, a.td_maxend, b.td_maxend),
            D::select(c, a.td_maxwin, b.td_maxwin), D::select(c, a.td_maxack, b.td_maxack),
            D::select(c, a.td_scale, b.td_scale),   D::select(c, a.flags, b.flags),
            D::select(c, a.loose, b.loose)};
}

template <class D>
Last<D> select(const typename D::Bit& c, const Last<D>& a, const Last<D>& b) {
    return {D::select(c, a.dir, b.dir),       D::select(c, a.index, b.index), D::select(c, a.seq, b.seq),
            D::select(c, a.ack, b.ack),       D::select(c, a.end, b.end),     D::select(c, a.win, b.win),
            D::select(c, a.wscale, b.wscale), D::select(c, a.flags, b.flags)};
}

template <class D>
Connection<D> select(const typename D::Bit& c, const Connection<D>& a, const Connection<D>& b) {
    return {select<D>(c, a.original, b.original), select<D>(c, a.reply, b.reply), select<D>(c, a.last, b.last),
            D::select(c, a.retrans, b.retrans)};
}

/// As a kernel allocates it: all zero, and no last packet.
template <class D>
Connection<D> blank() {
    const auto zero = D::word(0);
    const Peer<D> peer{zero, zero, zero, zero, zero, zero, zero};
    return {peer,
            peer,
            {zero, D::word(static_cast<std::uint32_t>(PacketClass::none)), zero, zero, zero, zero, zero, zero},
            zero};
}

}  // namespace conntrack::tcp

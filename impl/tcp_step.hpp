// One TCP packet on one packed entry: unpacked, judged by the rules of spec/tcp, decided by the table, packed again.
// With the edition known at compile time its switches are folded away.
#pragma once

#include "impl/packed_tcp.hpp"
#include "impl/tcp_table.hpp"
#include "spec/editions.hpp"

namespace conntrack::fast {

struct TcpInput {
    const tcp::TcpSettings<Concrete>* settings;
    Direction dir;
    tcp::PacketClass cls;
    tcp::State old;
    const tcp::Segment<Concrete>* segment;
    bool seen_reply, assured, fixed_timeout;  // status bits before this packet
};

/// What is to be done with the entry and the packet: an Outcome without the connection, and the new state.
struct TcpEffect {
    Clause reason;
    tcp::State to;
    bool invalid, drop, repeat, erase, refresh, account, assure, changed, shrink;
    bool goes_on_to_flow;
    std::uint32_t timeout;  // seconds
};

namespace detail {

inline TcpEffect effect_of(const TcpDecision<Concrete>& decision, const Edition& ed, PackedTcp& packed) {
    const auto& out = decision.outcome;
    packed = pack(out.connection);
    return {.reason = out.reason,
            .to = decision.to,
            .invalid = out.invalid,
            .drop = out.drop,
            .repeat = out.repeat,
            .erase = out.erase,
            .refresh = out.refresh,
            .account = out.account,
            .assure = out.assure,
            .changed = out.changed,
            .shrink = out.shrink,
            .goes_on_to_flow = tcp::goes_on_to_flow<Concrete>(out, ed),
            .timeout = out.timeout};
}

/// Nearly every segment is an ACK of an open connection. Here the compiler knows that, and which way it goes, so that
/// of the rules and of the table only what concerns it is left.
template <class FrontEnd, Direction Dir>
[[gnu::flatten, gnu::noinline]] TcpEffect step_open_ack(PackedTcp& packed, const TcpInput& in) {
    tcp::Segment<Concrete> segment = *in.segment;
    segment.syn = segment.rst = false;
    segment.ack_flag = true;
    constexpr const Edition& ed = edition(FrontEnd::edition);
    constexpr auto cls = tcp::PacketClass::ack;
    constexpr auto old = tcp::State::established;
    auto judged = tcp::judge<Concrete>({.edition = &ed,
                                        .settings = in.settings,
                                        .dir = Dir,
                                        .cls = cls,
                                        .old = old,
                                        .segment = segment,
                                        .connection = unpack(packed),
                                        .seen_reply = in.seen_reply,
                                        .assured = in.assured,
                                        .fixed_timeout = in.fixed_timeout});
    return effect_of(decide_tcp_in<FrontEnd, Dir, cls, old>(judged), ed, packed);
}

template <class FrontEnd>
[[gnu::flatten, gnu::noinline]] TcpEffect step_any(PackedTcp& packed, const TcpInput& in) {
    constexpr const Edition& ed = edition(FrontEnd::edition);
    auto judged = tcp::judge<Concrete>({.edition = &ed,
                                        .settings = in.settings,
                                        .dir = in.dir,
                                        .cls = in.cls,
                                        .old = in.old,
                                        .segment = *in.segment,
                                        .connection = unpack(packed),
                                        .seen_reply = in.seen_reply,
                                        .assured = in.assured,
                                        .fixed_timeout = in.fixed_timeout});
    return effect_of(decide_tcp<FrontEnd>(judged), ed, packed);
}

}  // namespace detail

template <class FrontEnd>
inline TcpEffect step_tcp(PackedTcp& packed, const TcpInput& in) {
    if (in.old != tcp::State::established || in.cls != tcp::PacketClass::ack)
        return detail::step_any<FrontEnd>(packed, in);
    return in.dir == Direction::original ? detail::step_open_ack<FrontEnd, Direction::original>(packed, in)
                                         : detail::step_open_ack<FrontEnd, Direction::reply>(packed, in);
}

}  // namespace conntrack::fast

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

inline TcpEffect effect_of(const TcpDecision<Concrete>& decision, const Edition& ed) {
    const auto& out = decision.outcome;
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

}  // namespace detail

/// Any packet of any entry.
template <class FrontEnd>
[[gnu::flatten, gnu::noinline]] TcpEffect step_tcp(PackedTcp& packed, const TcpInput& in) {
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
    const auto decision = decide_tcp<FrontEnd>(judged);
    packed = pack(decision.outcome.connection);
    return detail::effect_of(decision, ed);
}

/// Does the segment pass all four tests of the window?
template <class D>
typename D::Bit fits_window(const tcp::Step<D>& step) {
    tcp::Step<D> seen = step;
    seen.segment.sack =
        D::select(tcp::has<D>(step.receiver().flags, tcp::sack_perm_bit), step.segment.sack, step.segment.ack);
    auto started = tcp::detail::start_sides<D>(seen, seen.segment.sack);
    auto n = tcp::detail::normalise<D>(seen, started.sides);
    return n.upper_ok && n.lower_ok && n.ack_ok && n.ack_lower_ok;
}

/// An ACK of a connection that is ESTABLISHED and ASSURED and that fits the window, as nearly every packet is. The
/// compiler knows all that here, so that of the rules and of the table only what concerns it is left. What they say of
/// such a packet is the same in both directions, so it is looked at from the side of its sender. False: it is another
/// packet, and nothing was done.
template <class FrontEnd>
[[gnu::always_inline]] inline bool step_settled_ack(PackedTcp& packed, const tcp::TcpSettings<Concrete>& settings,
                                                    Direction dir, const tcp::Segment<Concrete>& segment,
                                                    TcpEffect& effect) {
    constexpr const Edition& ed = edition(FrontEnd::edition);
    constexpr auto sender = Direction::original;
    constexpr auto cls = tcp::PacketClass::ack;
    constexpr auto old = tcp::State::established;
    tcp::Segment<Concrete> seen = segment;
    seen.syn = seen.rst = false;
    seen.ack_flag = true;
    const tcp::Step<Concrete> step{.edition = &ed,
                                   .settings = &settings,
                                   .dir = sender,
                                   .cls = cls,
                                   .old = old,
                                   .segment = seen,
                                   .connection = unpack_from(packed, dir),
                                   .seen_reply = true,
                                   .assured = true,
                                   .fixed_timeout = false};
    const auto& c = step.connection;
    if (c.original.td_maxwin == 0 || c.original.td_end == 0 || (c.original.loose | c.reply.loose) != 0) return false;
    // Asked before all else, and again by the rules, which know the answer then.
    if (!fits_window<Concrete>(step)) return false;
    const auto decision = decide_tcp_in<FrontEnd, sender, cls, old>(tcp::judge<Concrete>(step));
    pack_from(packed, decision.outcome.connection, dir);
    effect = detail::effect_of(decision, ed);
    return true;
}

}  // namespace conntrack::fast

// One TCP packet on one entry: judged by the rules of spec/tcp, decided by the table. Templates over the value domain,
// so that a proof reads what runs. With the edition known at compile time its switches are folded away.
#pragma once

#include "impl/packed_tcp.hpp"
#include "impl/tcp_table.hpp"
#include "spec/editions.hpp"

namespace conntrack::fast {

/// What is to be done with the entry and the packet: an Outcome without the connection, and the new state's number.
template <class D>
struct TcpEffectIn {
    using Bit = typename D::Bit;
    typename D::Reason reason;
    typename D::Word to;
    Bit invalid, drop, repeat, erase, refresh, account, assure, changed, shrink;
    Bit goes_on_to_flow;
    typename D::Word timeout;  // seconds
};
using TcpEffect = TcpEffectIn<Concrete>;

template <class D>
TcpEffectIn<D> effect_of(const TcpDecision<D>& decision, const Edition& ed) {
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
            .goes_on_to_flow = tcp::goes_on_to_flow<D>(out, ed),
            .timeout = out.timeout};
}

/// Any packet of any entry.
template <class FrontEnd, class D>
TcpDecision<D> decide_any(const tcp::Step<D>& step) {
    return decide_tcp<FrontEnd, D>(tcp::judge<D>(step));
}

/// An ACK of a connection that is ESTABLISHED and ASSURED, as nearly every packet is. What the rules say of it is the
/// same in both directions, so it is looked at from the side of its sender, which stands where the original side does.
template <class FrontEnd, class D>
tcp::Step<D> settled_ack(const tcp::TcpSettings<D>& settings, const tcp::Segment<D>& segment,
                         const tcp::Connection<D>& seen_by_sender) {
    tcp::Segment<D> ack = segment;
    ack.syn = ack.rst = D::bit(false);
    ack.ack_flag = D::bit(true);
    return {.edition = &edition(FrontEnd::edition),
            .settings = &settings,
            .dir = Direction::original,
            .cls = tcp::PacketClass::ack,
            .old = tcp::State::established,
            .segment = ack,
            .connection = seen_by_sender,
            .seen_reply = D::bit(true),
            .assured = D::bit(true),
            .fixed_timeout = D::bit(false)};
}

/// Has the sender been seen, and is the window tested?
template <class D>
typename D::Bit is_settled(const tcp::Step<D>& step) {
    const auto zero = D::word(0);
    const auto& switches = step.switches();
    const auto seen = (switches.unseen_side_has_zero_end ? step.sender().td_end : step.sender().td_maxwin) != zero;
    if (!switches.counts_loose_packets) return seen;
    return seen && step.sender().loose == zero && step.receiver().loose == zero;
}

/// What is decided of a settled_ack() that is_settled() and tcp::fits_window(). Of the rules and of the table the
/// compiler leaves only what concerns it.
template <class FrontEnd, class D>
TcpDecision<D> decide_settled_ack(const tcp::Step<D>& step) {
    return decide_tcp_in<FrontEnd, D, Direction::original, tcp::PacketClass::ack, tcp::State::established>(
        tcp::judge<D>(step));
}

// --- what the engine runs --------------------------------------------------------------------------------------------

template <class FrontEnd>
[[gnu::flatten, gnu::noinline]] TcpEffect step_tcp(PackedTcp& packed, const tcp::Step<Concrete>& step) {
    const auto decision = decide_any<FrontEnd, Concrete>(step);
    packed = pack(decision.outcome.connection);
    return effect_of<Concrete>(decision, edition(FrontEnd::edition));
}

/// False: it does not fit, and nothing was done.
template <class FrontEnd>
[[gnu::always_inline]] inline bool step_settled_ack(PackedTcp& packed, const tcp::TcpSettings<Concrete>& settings,
                                                    Direction dir, const tcp::Segment<Concrete>& segment,
                                                    TcpEffect& effect) {
    auto step = settled_ack<FrontEnd, Concrete>(settings, segment, unpack_from<Concrete>(packed, dir));
    if (!is_settled<Concrete>(step)) return false;
    if (!tcp::fits_window<Concrete>(step)) return false;
    auto decision = decide_settled_ack<FrontEnd, Concrete>(step);
    pack_ack_from<Concrete>(packed, decision.outcome.connection, dir);
    effect = effect_of<Concrete>(decision, edition(FrontEnd::edition));
    return true;
}

}  // namespace conntrack::fast

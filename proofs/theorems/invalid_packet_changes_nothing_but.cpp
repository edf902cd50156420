#include "proofs/tcp_entry.hpp"
#include "proofs/theorems/all.hpp"
#include "spec/tcp/guards.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

/// The cases in which the sender's side starts anew from the packet, before it is tested.
Bit starts(const TcpStep& step) {
    const auto& sender = step.sender();
    const Word& seen = step.switches().unseen_side_has_zero_end ? sender.td_end : sender.td_maxwin;
    return seen == word(0) || tcp::detail::may_reinitialise<Symbolic>(step);
}

/// linux-6.18: a SYN/ACK that answers a SYN which was let through makes both sides anew, before it is tested.
Bit resynchronises(const Statement& s, const TcpStep& step) {
    Bit out = no();
    for (const TcpRow& row : s.semantics().tcp.rows)
        if (row.action == "RejectResynchronised" && row.concerns(step.old, step.dir, step.cls))
            out = out || tcp::answers_let_through_syn<Symbolic>(step);
    return out;
}

Bit same_but_marks(const tcp::Last<Symbolic>& a, const tcp::Last<Symbolic>& b) {
    return a.seq == b.seq && a.ack == b.ack && a.end == b.end && a.win == b.win && a.wscale == b.wscale;
}

void in_cell(Statement& s, const TcpEntry& entry, const TcpPacket& packet) {
    const auto settings = free_settings();
    const auto met = meet(s.semantics(), settings, entry, packet);
    const auto judged = judge(s.semantics(), settings, entry, packet);
    const auto& out = met.result.outcome;
    const Connection& was = entry.connection;
    const Connection& is = out.connection;
    const auto name = cell_name(s.edition(), entry.state, packet.dir, packet.cls);
    const Bit premise = invariants_hold(s.semantics(), entry) && well_formed(packet);

    s.prove(name + ": state, status, existence, counters", premise,
            implies(met.invalid, met.in(entry.state) && met.seen_reply == entry.seen_reply &&
                                     met.assured == entry.assured && !met.gone && !met.dropped && !met.repeated &&
                                     !out.account && !out.refresh && !out.changed));
    // linux-2.6.9 lets a FIN that is cut at the edge in SYN_RECV go through the window before it reads beyond its
    // array.
    const Bit undefined =
        Symbolic::bit(s.edition().tcp.trims_to_window && packet.cls == PacketClass::fin) && judged.window.trimmed;
    const Bit may_start = starts(judged.step) || undefined;
    const Bit may_resync = resynchronises(s, judged.step);
    const Direction dir = packet.dir;
    s.prove(name + ": the sender's side", premise,
            implies(met.invalid && !may_start && !may_resync, same(tcp::side(is, dir), tcp::side(was, dir))));
    s.prove(
        name + ": the receiver's side", premise,
        implies(met.invalid && !may_start && !may_resync, same(tcp::side(is, other(dir)), tcp::side(was, other(dir)))));
    s.prove(name + ": the last packet", premise,
            implies(met.invalid && !undefined && !may_resync,
                    same_but_marks(is.last, was.last) && is.retrans == was.retrans));
    const bool closer = packet.cls == PacketClass::rst || packet.cls == PacketClass::fin;
    const bool shrinks = s.edition().tcp.invalid_closer_shrinks && closer;
    const Bit may_mark = Symbolic::bit(shrinks) && entry.assured;
    s.prove(name + ": its class and direction", premise,
            implies(met.invalid && !undefined && !may_resync && !may_mark,
                    is.last.index == was.last.index && is.last.dir == was.last.dir));
    const Bit may_cross = Symbolic::bit(s.edition().tcp.simultaneous_open && packet.cls == PacketClass::syn);
    s.prove(name + ": its flags", premise,
            implies(met.invalid && !may_resync && !may_cross, is.last.flags == was.last.flags));
    s.prove(
        name + ": the timer", premise,
        implies(met.invalid, met.deadline == entry.deadline ||
                                 (may_mark && Symbolic::earlier(met.deadline, entry.deadline) &&
                                  met.deadline == packet.now + Symbolic::seconds(settings.timeout_unacknowledged))));
    if (shrinks && entry.state == State::established)
        s.exhibit(name + ": the timer is cut", premise && met.invalid && !(met.deadline == entry.deadline));
}

void state(Statement& s) {
    each_cell(s.semantics(), [&](State old, Direction dir, PacketClass cls) {
        const auto entry = any_entry("e", old);
        in_cell(s, entry, any_packet_for(entry, "p", dir, cls));
    });
    const auto entry = any_entry("e", State::established);
    const auto packet = any_packet_for(entry, "p", Direction::reply, PacketClass::ack);
    const auto met = meet(s.semantics(), free_settings(), entry, packet);
    s.exhibit("an INVALID packet", invariants_hold(s.semantics(), entry) && well_formed(packet) && met.invalid);
}

/// An INVALID packet moves the state on all the same.
void move_on(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.action == "Refuse" && row.from == State::established) row.to = State::close_wait;
}
void count_it(Semantics& s) {
    s.goes_on_to_flow = [](const TcpOutcome& out, const Edition&) { return !out.repeat; };
}

}  // namespace

Theorem invalid_packet_changes_nothing_but() {
    return {.name = "invalid_packet_changes_nothing_but",
            .sentence =
                "An INVALID packet leaves state, status, existence and counters alone. It may change: both sides' "
                "window data where its sender is met for the first time or starts anew; in linux-6.18 the mark of "
                "the last packet and the timer, down to the unacknowledged timeout, of an ASSURED entry by a FIN or "
                "RST, SIMULTANEOUS_OPEN by a SYN, and both sides by a resynchronisation that fails.",
            .answers = "What can a packet do that a firewall drops as INVALID?",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"an INVALID packet moves the state", EditionId::linux_2_6_32, move_on},
                        {"an INVALID reply sets SEEN_REPLY", EditionId::linux_6_18, count_it},
                        {"an INVALID reply sets SEEN_REPLY", EditionId::linux_2_6_9, count_it}}};
}

}  // namespace conntrack::proofs

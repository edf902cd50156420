#include "proofs/healthy.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

Bit not_after(const Word& a, const Word& b) { return !Symbolic::after(a, b); }

/// Both sides were met, and neither is let through untested.
Bit is_tested(const TcpEntry& entry) {
    return nobody_is_liberal(entry) && entry.connection.original.td_maxwin != word(0) &&
           entry.connection.reply.td_maxwin != word(0);
}

void in_direction(Statement& s, Direction dir) {
    const auto entry = any_entry("e", State::established);
    const auto packet = any_packet_for(entry, "p", dir, PacketClass::ack);
    const auto judged = judge(s.semantics(), strict_settings(), entry, packet);
    const auto met = meet(s.semantics(), strict_settings(), entry, packet);
    const auto& sender = tcp::side(entry.connection, dir);
    const auto& receiver = tcp::side(entry.connection, other(dir));
    const Segment& segment = packet.segment;
    const Bit premise = is_tested(entry) && well_formed(packet) && segment.seq != segment.end &&
                        Symbolic::after(segment.seq, sender.td_maxend);

    const Word highest = highest_acknowledged(entry, packet);
    const Bit acknowledges =
        not_after(highest, receiver.td_end) && not_after(oldest_to_acknowledge(entry, dir), highest);
    const Bit recent = not_after(sender.td_end - receiver.td_maxwin, segment.end);
    const Word ahead = segment.end - sender.td_maxend;
    const Bit within = acknowledges && recent && Symbolic::below(ahead, receiver.td_maxwin);
    const std::string name(conntrack::name(dir));
    const Bit overshoots = judged.window.reason == Symbolic::reason(Clause::tcp_window_overshoot);
    s.prove(name + ": runs ahead iff", premise, overshoots == within);
    s.prove(name + ": ignored, counted as sent", premise && within,
            !met.invalid && met.in(State::established) &&
                tcp::side(met.result.outcome.connection, dir).td_end == segment.end);
    s.prove(name + ": else it is INVALID", premise && !within, met.invalid);
    s.exhibit(name + ": one that runs ahead", premise && within);
}

void state(Statement& s) {
    for (const Direction dir : {Direction::original, Direction::reply}) in_direction(s, dir);
}

void refuse_it(Semantics& s) { s.edition.tcp.harmless_is_ignored = false; }

}  // namespace

Theorem a_segment_beyond_the_edge_is_ignored_by_a_window_at_most() {
    return {
        .name = "a_segment_beyond_the_edge_is_ignored_by_a_window_at_most",
        .sentence =
            "In ESTABLISHED of linux-6.18, data that begins beyond the edge is let through, and td_end moves to its "
            "end, exactly if it ends less than the receiver's td_maxwin beyond the edge, reaches back no further "
            "than that, and acknowledges what may be acknowledged; otherwise it is INVALID.",
        .answers = "How far may a sender run ahead of what the tracker has seen allowed?",
        .bound = "be_liberal off",
        .expected = {Result::absent, Result::absent, Result::proved},
        .state = state,
        .defects = {{"what runs ahead is refused", EditionId::linux_6_18, refuse_it}}};
}

}  // namespace conntrack::proofs

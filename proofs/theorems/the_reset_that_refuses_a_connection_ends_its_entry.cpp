#include "proofs/healthy.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

/// A host that knows of no connection answers a SYN with sequence number 0 and acknowledges it (RFC 9293, 3.10.7.1).
Bit refuses(const TcpPacket& packet, const TcpEntry& entry) {
    const Segment& s = packet.segment;
    return s.ack_flag && s.seq == word(0) && s.end == s.seq && s.ack == entry.connection.original.td_end &&
           s.sack == s.ack;
}

/// A SYN was seen, and of the other side whatever was refused or ignored.
Bit waits(const TcpEntry& entry) {
    const auto& [original, reply] = std::tie(entry.connection.original, entry.connection.reply);
    const auto small = [](const Word& window) { return Symbolic::below(window, word(largest_window)); };
    return original.td_maxwin != word(0) && small(original.td_maxwin) && small(reply.td_maxwin) &&
           !tcp::has<Symbolic>(original.flags, tcp::maxack_set_bit) && !Symbolic::after(reply.td_end, reply.td_maxend);
}

/// linux-2.6.9 lets a RST pass that may answer a packet it had let through; but in SYN_SENT it lets through no reply.
bool asks_for_replies(const Edition& edition) { return edition.tcp.out_of_sync == OutOfSync::delete_by_last_seq; }

Bit is_unanswered(const Edition& edition, tcp::State state, const Bit& seen_reply) {
    return Symbolic::bit(!asks_for_replies(edition) || state != State::syn_sent) || !seen_reply;
}

void stays_unanswered(Statement& s) {
    if (!asks_for_replies(s.edition())) return;
    each_cell(s.semantics(), [&](State old, Direction dir, PacketClass cls) {
        const auto entry = any_entry("e", old);
        const auto packet = any_packet_for(entry, "p", dir, cls);
        const auto met = meet(s.semantics(), free_settings(), entry, packet);
        const Bit stands = met.in(State::syn_sent) && !met.gone && !met.repeated;
        s.prove(cell_name(s.edition(), old, dir, cls) + ": no reply is let through before",
                invariants_hold(s.semantics(), entry) && well_formed(packet) &&
                    is_unanswered(s.edition(), old, entry.seen_reply),
                implies(stands, is_unanswered(s.edition(), State::syn_sent, met.seen_reply)));
    });
}

void state(Statement& s) {
    stays_unanswered(s);
    const auto entry = any_entry("e", State::syn_sent);
    const auto packet = any_packet_for(entry, "p", Direction::reply, PacketClass::rst);
    const auto met = meet(s.semantics(), strict_settings(), entry, packet);
    const Bit premise = invariants_hold(s.semantics(), entry) && waits(entry) &&
                        is_unanswered(s.edition(), State::syn_sent, entry.seen_reply) && well_formed(packet) &&
                        refuses(packet, entry);
    s.prove("it is not INVALID", premise, !met.invalid);
    s.prove("the entry is closed or gone", premise, met.gone || met.in(State::close));
}

void look_where_it_lies(Semantics& s) {
    s.judge = [](const TcpStep& step) {
        TcpStep one_further = step;
        one_further.segment.seq = step.segment.seq + word(1);
        one_further.segment.end = step.segment.end + word(1);
        return tcp::judge<Symbolic>(one_further);
    };
}

}  // namespace

Theorem the_reset_that_refuses_a_connection_ends_its_entry() {
    return {.name = "the_reset_that_refuses_a_connection_ends_its_entry",
            .sentence =
                "While only the SYN was accepted, a RST of the other side that acknowledges it and has sequence number "
                "0 is not INVALID and ends the entry (CLOSE, or at once), whatever else was tried before it.",
            .answers = "A refused connection: does its entry go, or may somebody who answered first keep it?",
            .bound = "windows below 2^28; the client has acknowledged nothing yet",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"sequence number 0 is no exception", EditionId::linux_2_6_32, look_where_it_lies},
                        {"sequence number 0 is no exception", EditionId::linux_6_18, look_where_it_lies}}};
}

}  // namespace conntrack::proofs

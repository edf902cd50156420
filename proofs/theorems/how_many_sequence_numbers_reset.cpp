#include "proofs/healthy.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

/// A RST without ACK and without options, sent by someone who only guesses its sequence number.
Bit bare(const TcpPacket& packet) {
    const Segment& s = packet.segment;
    return !s.ack_flag && s.ack == word(0) && s.sack == s.ack && !s.any_option && s.seq == s.end;
}

struct Sets {
    Bit closes, shortens;
};
Sets expected(const Semantics& semantics, const TcpEntry& entry, const TcpPacket& packet) {
    const auto& sender = tcp::side(entry.connection, packet.dir);
    const Word& maxack = tcp::side(entry.connection, other(packet.dir)).td_maxack;
    const Word& seq = packet.segment.seq;
    const auto& last = entry.connection.last;
    if (!semantics.edition.tcp.validates_reset) return {yes(), no()};
    const Bit above = between(maxack, seq, sender.td_maxend);  // which lies inside the window of a healthy connection
    if (!semantics.edition.tcp.validates_reset_exactly) return {above, no()};
    const Bit follows = last.dir == word(static_cast<std::uint32_t>(packet.dir)) && seq == last.end;
    const Bit exact = above && (seq == maxack || follows);
    return {exact, above && !exact};
}

void established(Statement& s, Direction dir) {
    const auto settings = strict_settings();
    const Origin origin = s.edition().tcp.tracks_maxack ? Origin::acknowledged : Origin::sent;
    const auto entry = any_entry("e", State::established, origin);
    const auto packet = any_packet_for(entry, "p", dir, PacketClass::rst, origin);
    const auto met = meet(s.semantics(), settings, entry, packet);
    const auto sets = expected(s.semantics(), entry, packet);
    const std::string name(conntrack::name(dir));
    const Bit premise = healthy(s.semantics(), entry) && well_formed(packet) && bare(packet);
    s.prove(name + " closes iff", premise, (!met.invalid && met.in(State::close)) == sets.closes);
    s.prove(name + " shortens iff", premise,
            (met.result.outcome.refresh && !met.invalid && met.in(State::established)) == sets.shortens);
    s.prove(name + " shortens to the timeout of CLOSE", premise,
            implies(sets.shortens && Symbolic::below(entry.connection.retrans, settings.max_retrans),
                    met.result.outcome.timeout == settings.timeout[static_cast<std::size_t>(State::close)]));
    if (s.edition().tcp.validates_reset)
        s.prove(name + " below the highest acknowledgement is INVALID", premise,
                implies(Symbolic::before(packet.segment.seq, tcp::side(entry.connection, other(dir)).td_maxack),
                        met.invalid));
    else
        s.prove(name + " is never INVALID", premise, !met.invalid);

    // How many these are where the connection is idle, and the sender may send a whole window.
    if (!s.edition().tcp.validates_reset) return;
    const Word& maxack = tcp::side(entry.connection, other(dir)).td_maxack;
    const auto& sender = tcp::side(entry.connection, dir);
    for (const std::uint32_t window : {8192u, 65'535u, 8192u << 7, 65'535u << 7}) {
        const Bit idle = premise && sender.td_end == maxack && sender.td_maxend == maxack + word(window) &&
                         entry.connection.last.end == maxack;
        const Word ahead = packet.segment.seq - maxack;
        const bool exactly = s.edition().tcp.validates_reset_exactly;
        const Bit closes = exactly ? ahead == word(0) : !Symbolic::below(word(window), ahead);
        const Bit shortens = Symbolic::bit(exactly) && ahead != word(0) && !Symbolic::below(word(window), ahead);
        s.prove(name + ", window " + std::to_string(window), idle,
                (!met.invalid && met.in(State::close)) == closes &&
                    (met.result.outcome.refresh && !met.invalid && met.in(State::established)) == shortens);
    }
    s.exhibit(name + ": one that closes", premise && sets.closes);
    s.exhibit(name + ": one that does not", premise && !sets.closes);
}

/// linux-6.18 asks nothing of a RST where early drop may take the entry anyhow.
void closing(Statement& s, State old, Direction dir) {
    const auto entry = any_entry("e", old);
    const auto packet = any_packet_for(entry, "p", dir, PacketClass::rst);
    const auto met = meet(s.semantics(), strict_settings(), entry, packet);
    s.prove(cell_name(s.edition(), old, dir, PacketClass::rst) + ": every RST closes",
            invariants_hold(s.semantics(), entry) && entry.seen_reply && well_formed(packet),
            met.in(State::close) && !met.invalid && !met.gone);
}

void state(Statement& s) {
    for (const Direction dir : {Direction::original, Direction::reply}) {
        established(s, dir);
        for (const State old : entry_states(s.edition()))
            if (s.edition().tcp.validates_reset_exactly && tcp::is_closing(old)) closing(s, old, dir);
    }
}

void drop_guard(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.action == "RefuseOldReset") row.holds = [](const TcpJudged&) { return no(); };
}
void close_inexactly(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.action == "AdvanceInexactReset") row.to = State::close;
}
void check_position(Semantics& s) { s.edition.tcp.move_empty = MoveEmpty::reset_of_syn_sent; }

}  // namespace

Theorem how_many_sequence_numbers_reset() {
    return {.name = "how_many_sequence_numbers_reset",
            .sentence =
                "A bare RST moves a healthy entry to CLOSE exactly with these sequence numbers: linux-2.6.9: all "
                "2^32; linux-2.6.32: from the highest acknowledgement to the edge of the window (8193 with a window "
                "of 8192, 65536 with 65535, 1048577 and 8388481 with a scale of 7); linux-6.18: the highest "
                "acknowledgement, and the end of the last segment if the same side sent it, but the others of that "
                "interval cut the timeout to that of CLOSE, and in the closing states every RST closes.",
            .answers = "How often must a blind attacker guess?",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"a RST below the acknowledgement passes", EditionId::linux_2_6_32, drop_guard},
                        {"an inexact RST closes", EditionId::linux_6_18, close_inexactly},
                        {"the position of a RST is tested", EditionId::linux_2_6_9, check_position}}};
}

}  // namespace conntrack::proofs

#include "proofs/tcp_entry.hpp"
#include "proofs/theorems/all.hpp"
#include "spec/tcp/guards.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

/// The life of a connection as seen from the middle. What is not told here leaves the state alone.
State moved(State from, Direction dir, PacketClass cls) {
    const bool original = dir == Direction::original;
    switch (cls) {
        case PacketClass::syn:
            if (from == State::none) return State::syn_sent;
            return from == State::syn_sent && !original ? State::syn_sent2 : from;
        case PacketClass::synack: return State::syn_recv;
        case PacketClass::ack:
            if (from == State::none || (from == State::syn_recv && original)) return State::established;
            if (from == State::fin_wait) return State::close_wait;
            return from == State::last_ack ? State::time_wait : from;
        case PacketClass::fin:
            if (from == State::syn_recv || from == State::established) return State::fin_wait;
            return from == State::fin_wait || from == State::close_wait ? State::last_ack : from;
        case PacketClass::rst: return State::close;
        case PacketClass::none: break;
    }
    return from;
}

/// The same with what some edition does otherwise.
Bit moved_as_told(const TcpMet& met, const TcpJudged& judged, const TcpEntry& entry, const TcpPacket& packet) {
    const auto& tcp = judged.step.switches();
    const Bit told = met.in(moved(entry.state, packet.dir, packet.cls));
    if (packet.cls == PacketClass::rst && tcp.validates_reset_exactly)
        return Symbolic::select(tcp::reset_inexact<Symbolic>(judged.step), met.in(entry.state), told);
    if (packet.cls == PacketClass::fin && tcp.trims_to_window)
        return Symbolic::select(judged.window.trimmed, met.in(moved(entry.state, packet.dir, PacketClass::ack)), told);
    const bool second_ack =
        packet.cls == PacketClass::ack && packet.dir == Direction::reply && entry.state == State::syn_recv;
    if (second_ack && tcp.simultaneous_open)
        return Symbolic::select(tcp::opened_simultaneously<Symbolic>(judged.step), met.in(State::established), told);
    return told;
}

void moves(Statement& s, const TcpEntry& entry, const TcpPacket& packet) {
    const auto settings = free_settings();
    const auto met = meet(s.semantics(), settings, entry, packet);
    const auto judged = judge(s.semantics(), settings, entry, packet);
    const bool first = entry.state == State::none;
    const bool reopens =
        packet.cls == PacketClass::syn && (entry.state == State::time_wait || entry.state == State::close);
    const auto name = cell_name(s.edition(), entry.state, packet.dir, packet.cls);
    s.prove(name, (Symbolic::bit(first) || invariants_hold(s.semantics(), entry)) && well_formed(packet),
            implies(met.accepted(), reopens ? no() : moved_as_told(met, judged, entry, packet)));
}

void state(Statement& s) {
    each_first_class(s.semantics(),
                     [&](PacketClass cls) { moves(s, new_entry(), any_packet("p", Direction::original, cls)); });
    each_cell(s.semantics(), [&](State old, Direction dir, PacketClass cls) {
        const auto entry = any_entry("e", old);
        moves(s, entry, any_packet_for(entry, "p", dir, cls));
    });
}

void skip_close_wait(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.from == State::fin_wait && row.to == State::close_wait) row.to = State::time_wait;
}

// --- packets that are not taken up

void state_passed_by(Statement& s) {
    const auto settings = free_settings();
    each_cell(s.semantics(), [&](State old, Direction dir, PacketClass cls) {
        const auto entry = any_entry("e", old);
        const auto packet = any_packet_for(entry, "p", dir, cls);
        const auto met = meet(s.semantics(), settings, entry, packet);
        const auto& out = met.result.outcome;
        // linux-6.18 takes the SYN that crosses for one sent again: it moves the state, and that is all.
        const bool crosses = s.edition().tcp.simultaneous_open && old == State::syn_sent && dir == Direction::reply &&
                             cls == PacketClass::syn;
        const Bit stays = met.in(old) || (Symbolic::bit(crosses) && met.in(State::syn_sent2));
        s.prove(cell_name(s.edition(), old, dir, cls), invariants_hold(s.semantics(), entry) && well_formed(packet),
                implies(!met.gone && !out.refresh && !out.account, stays && met.assured == entry.assured));
    });
}

void let_ignored_syn_in(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.action == "RecordIgnored" && row.from == State::established) row.to = State::syn_recv;
}

}  // namespace

Theorem an_accepted_packet_moves_the_entry_as_tcp_moves() {
    return {
        .name = "an_accepted_packet_moves_the_entry_as_tcp_moves",
        .sentence =
            "An accepted SYN leads to SYN_SENT, of the reply side to SYN_SENT2; a SYN/ACK to SYN_RECV; the next ACK "
            "of the original side to ESTABLISHED; the first FIN to FIN_WAIT, its ACK to CLOSE_WAIT, the next FIN "
            "to LAST_ACK, the ACK after it to TIME_WAIT; a RST to CLOSE. Nothing else moves the state, but: in "
            "linux-2.6.9 a FIN that is cut off at the edge counts as an ACK; in linux-6.18 a RST that is not exactly "
            "in sequence leaves the state, and after SYNs that cross an ACK of either side leads to ESTABLISHED.",
        .answers = "By which packet did the entry come into this state?",
        .bound = "",
        .expected = {Result::proved, Result::proved, Result::proved},
        .state = state,
        .defects = {{"FIN_WAIT leads past CLOSE_WAIT", EditionId::linux_2_6_9, skip_close_wait},
                    {"FIN_WAIT leads past CLOSE_WAIT", EditionId::linux_2_6_32, skip_close_wait},
                    {"FIN_WAIT leads past CLOSE_WAIT", EditionId::linux_6_18, skip_close_wait}}};
}

Theorem a_packet_that_is_passed_by_moves_nothing() {
    return {.name = "a_packet_that_is_passed_by_moves_nothing",
            .sentence =
                "A packet that neither refreshes its entry nor is counted leaves the state and ASSURED as they were, "
                "unless it ends the entry, but: in linux-6.18 the SYN of the reply side that crosses the first one "
                "leads to SYN_SENT2.",
            .answers = "Does a packet that is only let through change the connection?",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state_passed_by,
            .defects = {{"an ignored SYN moves the state", EditionId::linux_2_6_9, let_ignored_syn_in},
                        {"an ignored SYN moves the state", EditionId::linux_2_6_32, let_ignored_syn_in},
                        {"an ignored SYN moves the state", EditionId::linux_6_18, let_ignored_syn_in}}};
}

}  // namespace conntrack::proofs

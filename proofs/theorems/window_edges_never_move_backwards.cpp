#include "proofs/healthy.hpp"
#include "proofs/search.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

/// `but_by_overshoot`: linux-6.18 lets a segment through that begins beyond the edge, and takes its end for the
/// sender's.
void edges_stay(Statement& s, bool but_by_overshoot) {
    const auto settings = free_settings();
    const bool no_edge = s.edition().tcp.unseen_side_has_zero_end;
    for (const Direction dir : {Direction::original, Direction::reply}) {
        for (const PacketClass cls : packet_classes()) {
            const auto entry = any_entry("e", State::established);
            const auto packet = any_packet_for(entry, "p", dir, cls);
            const auto met = meet(s.semantics(), settings, entry, packet);
            const bool syn = cls == PacketClass::syn || cls == PacketClass::synack;
            if (syn && s.edition().tcp.out_of_sync == OutOfSync::resynchronise) continue;
            const auto& was = entry.connection;
            const auto& is = met.result.outcome.connection;
            const Bit premise =
                invariants_hold(s.semantics(), entry) && well_formed(packet) && edges_are_sane(s.semantics(), entry);
            const Bit counts = Symbolic::bit(!but_by_overshoot) ||
                               judge(s.semantics(), settings, entry, packet).window.numbers.upper_ok;
            const auto name = cell_name(s.edition(), State::established, dir, cls);
            for (const Direction side : {Direction::original, Direction::reply}) {
                const auto& before = tcp::side(was, side);
                const auto& now = tcp::side(is, side);
                const std::string of(conntrack::name(side));
                s.prove(name + ": td_end of " + of, premise,
                        implies(counts, !Symbolic::before(now.td_end, before.td_end)));
                if (!no_edge)
                    s.prove(name + ": td_maxend of " + of, premise,
                            implies(counts, !Symbolic::before(now.td_maxend, before.td_maxend)));
            }
        }
    }
}

void state(Statement& s) { edges_stay(s, false); }
void state_but(Statement& s) { edges_stay(s, true); }

std::optional<Trace> trace(const Semantics& semantics, Solver& solver) {
    Search search;
    search.prefix = handshake();
    search.moves = {{Direction::original, PacketClass::ack}, {Direction::reply, PacketClass::ack}};
    return shortest_trace(semantics, solver, search, [](const Path& path) {
        Bit back = no();
        for (const Direction side : {Direction::original, Direction::reply})
            back = back || Symbolic::before(tcp::side(path.last_met().result.outcome.connection, side).td_end,
                                            tcp::side(path.before_last().connection, side).td_end);
        return back;
    });
}

void forget_overshoot(Semantics& s) { s.edition.tcp.harmless_is_ignored = false; }

void take_any_end(Semantics& s) {
    for (TcpRow& row : s.tcp.rows) {
        if (!row.concerns(State::established, Direction::original, PacketClass::ack) || !row.to) continue;
        const auto apply = row.apply;
        row.apply = [apply](const TcpJudged& j, State to) {
            auto out = apply(j, to);
            out.connection.original.td_end = j.step.segment.end;
            return out;
        };
    }
}

}  // namespace

Theorem window_edges_never_move_backwards() {
    return {
        .name = "window_edges_never_move_backwards",
        .sentence =
            "In an ESTABLISHED entry whose sides were both met, no packet moves td_end or td_maxend of either "
            "side backwards (linux-6.18: none without SYN; linux-2.6.9: td_end only).",
        .answers = "Can a packet reopen sequence numbers that were already passed?",
        .bound =
            "while windows stay below 2^28 and no edge lies further than 2^29 from what was sent; linux-2.6.9: once "
            "the packets of a pick-up that are not tested have passed, and while td_end is not 0",
        .expected = {Result::proved, Result::proved, Result::violated},
        .state = state,
        .defects = {{"td_end is taken from any segment", EditionId::linux_2_6_9, take_any_end},
                    {"td_end is taken from any segment", EditionId::linux_2_6_32, take_any_end},
                    {"nothing is let through as harmless", EditionId::linux_6_18, forget_overshoot}},
        .trace = trace};
}

Theorem window_edges_never_move_backwards_but_by_overshoot() {
    return {.name = "window_edges_never_move_backwards_but_by_overshoot",
            .sentence =
                "The same, but for segments that begin beyond the edge and are let through as harmless "
                "(tcp.window.overshoot): the end of such a segment becomes td_end, wherever it lies.",
            .answers = "What else moves an edge backwards?",
            .bound = "as above",
            .expected = {Result::absent, Result::absent, Result::proved},
            .state = state_but,
            .defects = {{"td_end is taken from any segment", EditionId::linux_6_18, take_any_end}},
            .file = "window_edges_never_move_backwards"};
}

}  // namespace conntrack::proofs

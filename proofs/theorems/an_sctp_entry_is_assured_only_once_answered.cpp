#include "proofs/sctp_search.hpp"
#include "proofs/theorems/all.hpp"

#include <vector>

namespace conntrack::proofs {

namespace {

using sctp::ChunkKind;
using sctp::State;

/// Any chunk of any packet that leads to a state, and by that makes the entry ASSURED.
void state(Statement& s) {
    const Bit answered = fresh_bit("answered");
    for (const State old : sctp_states(s.edition()))
        for (const Direction dir : {Direction::original, Direction::reply})
            for (const ChunkKind kind : chunk_kinds(s.edition())) {
                const auto to = s.semantics().sctp.target(old, dir, kind);
                if (!to || !s.semantics().sctp.assures(s.edition(), dir, old, *to)) continue;
                const auto step = met_in(any_chunk(s.edition(), "c", dir, kind), old, any_association("a"));
                const auto out = s.semantics().sctp.receive(step).outcome;
                s.prove(sctp_cell_name(old, dir, kind), !out.invalid && !out.passed_over,
                        answered || Symbolic::bit(dir == Direction::reply));
            }
    // Some chunk does, or nothing was said.
    bool any = false;
    for (const SctpRow& row : s.semantics().sctp.rows)
        any = any || (!row.opens && !row.refuses && s.semantics().sctp.assures(s.edition(), row.dir, row.from, row.to));
    s.exhibit("some chunk makes an entry ASSURED", Symbolic::bit(any));
}

std::optional<Trace> trace(const Semantics& semantics, Solver& solver) {
    constexpr unsigned most = 4;
    auto moves = opening_moves(semantics.edition);
    std::erase_if(moves, [](const SctpMove& move) { return move.dir == Direction::reply; });
    return shortest_sctp_trace(semantics, solver, moves, most,
                               [](const std::vector<SctpMove>&, State, bool assures) { return assures; });
}

void assure_by_either_side(Semantics& s) {
    s.sctp.assures = [](const Edition&, Direction, State old, State now) {
        return old == State::cookie_wait && now == State::cookie_echoed;
    };
}
void assure_by_replies_alone(Semantics& s) {
    s.sctp.assures = [](const Edition&, Direction dir, State old, State now) {
        return old != now && now == State::established && dir == Direction::reply;
    };
}

}  // namespace

Theorem an_sctp_entry_is_assured_only_once_answered() {
    return {.name = "an_sctp_entry_is_assured_only_once_answered",
            .sentence = "An SCTP entry becomes ASSURED only by a packet of the reply direction, or after one.",
            .answers = "Can somebody fill the table with SCTP entries that early drop will not take, all by himself?",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::violated},
            .state = state,
            .defects = {{"a COOKIE ECHO assures", EditionId::linux_2_6_9, assure_by_either_side},
                        {"a COOKIE ECHO assures", EditionId::linux_2_6_32, assure_by_either_side},
                        {"replies alone assure", EditionId::linux_6_18, assure_by_replies_alone}},
            .trace = trace};
}

}  // namespace conntrack::proofs

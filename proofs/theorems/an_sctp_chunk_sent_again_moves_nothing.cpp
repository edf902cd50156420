#include "proofs/sctp_relation.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using sctp::ChunkKind;
using sctp::State;

Word number(State state) { return word(static_cast<std::uint32_t>(state)); }

/// A chunk was taken, and comes again before anything else does.
void again(Statement& s, State old, Direction dir, ChunkKind kind) {
    const auto to = s.semantics().sctp.target(old, dir, kind);
    if (!to) return;
    const auto chunk = any_chunk(s.edition(), "c", dir, kind);
    const auto first = s.semantics().sctp.receive(met_in(chunk, old, any_association("a")));
    const auto second = s.semantics().sctp.receive(met_in(chunk, *to, first.outcome.association));
    const Bit taken = !first.outcome.invalid && !first.outcome.passed_over;
    const auto &a = first.outcome.association, &b = second.outcome.association;
    s.prove(sctp_cell_name(old, dir, kind), taken,
            !second.outcome.invalid && !second.outcome.passed_over && second.next == number(*to) &&
                a.vtag[0] == b.vtag[0] && a.vtag[1] == b.vtag[1] && a.init[0] == b.init[0] && a.init[1] == b.init[1]);
}

void state(Statement& s) {
    for (const ChunkKind kind : chunk_kinds(s.edition())) {
        again(s, State::none, Direction::original, kind);
        for (const State old : sctp_states(s.edition()))
            for (const Direction dir : {Direction::original, Direction::reply}) again(s, old, dir, kind);
    }
}

/// The second SHUTDOWN of a side counts as the other side's answer.
void count_shutdowns(Semantics& s) {
    for (SctpRow& row : s.sctp.rows)
        if (row.from == State::shutdown_sent && row.kind == ChunkKind::shutdown) row.to = State::shutdown_ack_sent;
}

}  // namespace

Theorem an_sctp_chunk_sent_again_moves_nothing() {
    return {.name = "an_sctp_chunk_sent_again_moves_nothing",
            .sentence =
                "An SCTP chunk that was taken is taken again if it comes once more before any other, and then moves "
                "neither the state nor the tags.",
            .answers = "Does a retransmission confuse the tracker?",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"a second SHUTDOWN is an answer", EditionId::linux_2_6_9, count_shutdowns},
                        {"a second SHUTDOWN is an answer", EditionId::linux_2_6_32, count_shutdowns},
                        {"a second SHUTDOWN is an answer", EditionId::linux_6_18, count_shutdowns}}};
}

}  // namespace conntrack::proofs

#include "model/machines/reading/unreachable_sctp.hpp"
#include "proofs/sctp_entry.hpp"
#include "proofs/sctp_search.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using machines::reading::never_taken_by_packets;
using sctp::ChunkKind;
using sctp::State;

Word number(State state) { return word(static_cast<std::uint32_t>(state)); }

Bit is_known(const Edition& edition, const Word& state) {
    Bit out = no();
    for (const State known : sctp_states(edition)) out = out || state == number(known);
    return out;
}

/// A chunk that fits leads to a known state, or makes its packet INVALID; one that does not fit leaves the state alone.
void every_chunk_has_one_answer(Statement& s, State old, Direction dir, ChunkKind kind) {
    const auto step = met_in(any_chunk(s.edition(), "c", dir, kind), old, any_association("a"));
    const auto result = s.semantics().sctp.receive(step);
    const Bit moves = !result.outcome.invalid && !result.outcome.passed_over;
    const Bit stays = result.next == number(old);
    // A chunk without a row leaves NONE alone, too: what is left there is INVALID.
    const Bit may_stay = Symbolic::bit(old == State::none && kind == ChunkKind::other);
    s.prove(sctp_cell_name(old, dir, kind) + ": one answer", yes(),
            !(result.outcome.invalid && result.outcome.passed_over) &&
                implies(moves, is_known(s.edition(), result.next) || (may_stay && stays)) && implies(!moves, stays));
}

/// The states that packets of one chunk each lead to, from the first one on; each with a run that shows it.
void every_state_is_reached(Statement& s) {
    struct Reached {
        State state;
        Association association;
        Bit condition;
    };
    std::vector<Reached> reached;
    const auto add = [&](const SctpMet& met, const Bit& before, const std::string& how) {
        if (!met.to) return;
        for (const Reached& r : reached)
            if (r.state == *met.to) return;
        const Bit condition = before && met.accepted && !met.passed_over;
        if (is_false(condition.ref())) return;
        s.exhibit("reached: " + std::string(sctp::name(*met.to)) + " by " + how, condition);
        reached.push_back({*met.to, met.association, condition});
    };
    const auto chunk = [&](Direction dir, ChunkKind kind) {
        return any_chunk(s.edition(), "packet" + std::to_string(reached.size() + 1), dir, kind);
    };
    // In the order of an association's life, so that each state is reached from one that is known already.
    constexpr SctpMove life[] = {{Direction::original, ChunkKind::heartbeat},
                                 {Direction::original, ChunkKind::init},
                                 {Direction::reply, ChunkKind::init_ack},
                                 {Direction::original, ChunkKind::cookie_echo},
                                 {Direction::reply, ChunkKind::cookie_ack},
                                 {Direction::original, ChunkKind::shutdown},
                                 {Direction::reply, ChunkKind::shutdown},
                                 {Direction::reply, ChunkKind::shutdown_ack},
                                 {Direction::original, ChunkKind::shutdown_complete}};
    for (const SctpMove& move : life) {
        const std::string how = std::string(name(move.dir)) + " " + std::string(sctp::name(move.kind));
        if (move.dir == Direction::original) add(meet(s.semantics(), chunk(move.dir, move.kind)), yes(), how);
        for (std::size_t i = 0; i < reached.size(); ++i) {
            const Reached from = reached[i];
            add(meet(s.semantics(), met_in(chunk(move.dir, move.kind), from.state, from.association)), from.condition,
                how);
        }
    }
    s.prove("every state is reached", yes(), Symbolic::bit(reached.size() == sctp_states(s.edition()).size()));
}

/// A first packet that holds the chunk among others; dead rows are those of which the list says so.
void rows_that_open(Statement& s) {
    for (const SctpRow& row : s.semantics().sctp.rows) {
        if (!row.opens) continue;
        if (!never_taken_by_packets({row.from, std::nullopt, row.kind, row.refuses}, s.edition()).empty()) continue;
        const auto step = any_chunk(s.edition(), "c", Direction::original, row.kind);
        const auto opened = s.semantics().sctp.open(step);
        s.exhibit("taken: " + row.text, row.refuses ? opened.outcome.invalid : !opened.outcome.invalid);
    }
}

void state(Statement& s) {
    for (const Direction dir : {Direction::original, Direction::reply})
        for (const ChunkKind kind : chunk_kinds(s.edition())) {
            every_chunk_has_one_answer(s, State::none, dir, kind);
            for (const State old : sctp_states(s.edition())) every_chunk_has_one_answer(s, old, dir, kind);
        }
    every_state_is_reached(s);
    rows_that_open(s);
}

void never_echo(Semantics& s) {
    for (SctpRow& row : s.sctp.rows)
        if (row.to == State::cookie_echoed) row.to = State::cookie_wait;
}
void lead_to_none(Semantics& s) {
    for (SctpRow& row : s.sctp.rows)
        if (row.from == State::established && row.kind == ChunkKind::shutdown) row.to = State::none;
}

}  // namespace

Theorem sctp_table_is_total_and_every_state_is_reachable() {
    return {.name = "sctp_table_is_total_and_every_state_is_reachable",
            .sentence =
                "Every SCTP chunk has exactly one answer in every state and direction: it leads to a known state, or "
                "the state stays as it is; every state is reached by packets.",
            .answers = "What happens in the cells of the SCTP table that nobody drew?",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"COOKIE_ECHOED is never entered", EditionId::linux_2_6_9, never_echo},
                        {"COOKIE_ECHOED is never entered", EditionId::linux_2_6_32, never_echo},
                        {"a SHUTDOWN leads to NONE", EditionId::linux_6_18, lead_to_none}}};
}

}  // namespace conntrack::proofs

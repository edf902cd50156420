#include "proofs/sctp_entry.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using sctp::ChunkKind;
using sctp::State;

/// Where a chunk leads from HEARTBEAT_SENT, which only linux-6.18 knows: to an opening, or to an end.
State from_heartbeat_sent(Direction dir, ChunkKind kind) {
    if (kind == ChunkKind::heartbeat || kind == ChunkKind::other) return State::heartbeat_sent;
    if (kind == ChunkKind::heartbeat_ack) return dir == Direction::reply ? State::established : State::heartbeat_sent;
    if (kind == ChunkKind::init) return State::cookie_wait;
    return kind == ChunkKind::shutdown_ack ? State::shutdown_ack_sent : State::closed;
}

/// An INIT of linux-2.6.x opens what is CLOSED. In linux-6.18 it takes an INIT ACK to open, and an INIT of the original
/// side closes what was about to end.
State after_init(const Edition& edition, State old, Direction dir) {
    const bool original = dir == Direction::original;
    if (!edition.sctp.heartbeats) return original && old == State::closed ? State::cookie_wait : old;
    const bool ends = old == State::shutdown_sent || old == State::shutdown_recd;
    return original && ends ? State::closed : old;
}

/// Where an accepted chunk leads. linux-6.18 does not mind which side opens.
State moved(const Edition& edition, State old, Direction dir, ChunkKind kind) {
    const bool reply = dir == Direction::reply, either = edition.sctp.heartbeats;
    if (old == State::heartbeat_sent) return from_heartbeat_sent(dir, kind);
    switch (kind) {
        case ChunkKind::init: return after_init(edition, old, dir);
        case ChunkKind::init_ack: return either && reply && old == State::closed ? State::cookie_wait : old;
        case ChunkKind::cookie_echo:
            return (either || !reply) && old == State::cookie_wait ? State::cookie_echoed : old;
        case ChunkKind::cookie_ack: return (either || reply) && old == State::cookie_echoed ? State::established : old;
        case ChunkKind::error: return reply && old == State::cookie_echoed ? State::closed : old;
        case ChunkKind::abort: return State::closed;
        case ChunkKind::shutdown:
            if (old != State::established) return old;
            return reply ? State::shutdown_recd : State::shutdown_sent;
        case ChunkKind::shutdown_ack:
            return old == State::shutdown_sent || old == State::shutdown_recd ? State::shutdown_ack_sent : old;
        case ChunkKind::shutdown_complete: return old == State::shutdown_ack_sent ? State::closed : old;
        default: return old;
    }
}

/// Where the chunk of a first packet leads.
State opened(const Edition& edition, ChunkKind kind) {
    if (kind == ChunkKind::init && !edition.sctp.heartbeats) return State::cookie_wait;
    if (kind == ChunkKind::heartbeat) return State::heartbeat_sent;
    return kind == ChunkKind::shutdown_ack ? State::shutdown_ack_sent : State::closed;
}

void moves(Statement& s, const SctpEntry& entry, Direction dir, ChunkKind kind, State to) {
    const auto met =
        meet(s.semantics(), free_sctp_timeouts(), entry, any_chunk(s.edition(), "c", dir, kind), fresh_time("now"));
    const Bit looked_at = !met.invalid && met.refreshed;
    if (is_false(looked_at.ref())) return;
    s.prove(sctp_cell_name(entry.state, dir, kind), looked_at, met.next == word(static_cast<std::uint32_t>(to)));
}

/// What a first packet's chunk is looked up as: linux-2.6.x moves the state at once, linux-6.18 when it is handled.
void looked_up(Statement& s, ChunkKind kind) {
    const auto chunk = any_chunk(s.edition(), "c", Direction::original, kind);
    const auto out = s.semantics().sctp.open(met_in(chunk, State::none, any_association("a")));
    const bool waits = s.edition().sctp.heartbeats || kind == ChunkKind::other;
    const State to = waits ? State::none : opened(s.edition(), kind);
    const auto number = [](State state) { return word(static_cast<std::uint32_t>(state)); };
    s.prove(std::string(sctp::name(kind)) + " looked up", yes(),
            out.next == Symbolic::select(out.outcome.invalid, number(State::none), number(to)));
}

void state(Statement& s) {
    for (const ChunkKind kind : chunk_kinds(s.edition())) {
        looked_up(s, kind);
        moves(s, new_sctp_entry(), Direction::original, kind, opened(s.edition(), kind));
        for (const State old : sctp_states(s.edition()))
            for (const Direction dir : {Direction::original, Direction::reply})
                moves(s, any_sctp_entry("e", old), dir, kind, moved(s.edition(), old, dir, kind));
    }
    const auto data = meet(s.semantics(), free_sctp_timeouts(), new_sctp_entry(),
                           any_chunk(s.edition(), "c", Direction::original, ChunkKind::other), fresh_time("now"));
    s.prove("nothing begins with a chunk that has no row", yes(), data.invalid);
    // An INIT that comes again while the entry is CLOSED is accepted, and renews nothing.
    for (const SctpRow& row : s.semantics().sctp.rows)
        if (!row.opens && row.from == State::closed && row.kind == ChunkKind::init)
            s.prove("CLOSED, " + std::string(name(row.dir)) + " init, renewed or not", yes(),
                    Symbolic::bit(row.to == moved(s.edition(), State::closed, row.dir, row.kind)));
}

/// Every SHUTDOWN is one of the original side.
void forget_who_ends(Semantics& s) {
    for (SctpRow& row : s.sctp.rows)
        if (row.to == State::shutdown_recd) row.to = State::shutdown_sent;
}
/// A COOKIE ACK opens whatever has begun.
void open_early(Semantics& s) {
    for (SctpRow& row : s.sctp.rows)
        if (row.from == State::cookie_wait && row.kind == ChunkKind::cookie_ack) row.to = State::established;
}

}  // namespace

Theorem an_accepted_chunk_moves_the_entry_as_sctp_moves() {
    return {.name = "an_accepted_chunk_moves_the_entry_as_sctp_moves",
            .sentence =
                "An accepted SCTP chunk moves the entry as the association moves: COOKIE ECHO and COOKIE ACK open, "
                "SHUTDOWN, SHUTDOWN ACK and SHUTDOWN COMPLETE end, ABORT closes, an ERROR closes what waits for a "
                "COOKIE ACK, and nothing else moves it, but INIT and INIT ACK where it is CLOSED, in linux-6.18 an "
                "INIT where it is about to end, and whatever answers a HEARTBEAT that opened it.",
            .answers = "Which chunk leads where?",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"who ends is forgotten", EditionId::linux_2_6_9, forget_who_ends},
                        {"a COOKIE ACK opens early", EditionId::linux_2_6_32, open_early},
                        {"who ends is forgotten", EditionId::linux_6_18, forget_who_ends}}};
}

}  // namespace conntrack::proofs

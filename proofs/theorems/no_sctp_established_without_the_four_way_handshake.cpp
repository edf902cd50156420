#include "proofs/sctp_search.hpp"
#include "proofs/theorems/all.hpp"

#include <algorithm>

namespace conntrack::proofs {

namespace {

using sctp::ChunkKind;
using sctp::State;

/// What has been accepted since the entry was made, of whichever side but where it is said.
struct History {
    Bit init, init_ack, cookie_echo, cookie_ack;
    Bit heartbeat_of_original, heartbeat_ack_of_reply;
};

History any_history() {
    return {fresh_bit("init"),       fresh_bit("init_ack"),  fresh_bit("cookie_echo"),
            fresh_bit("cookie_ack"), fresh_bit("heartbeat"), fresh_bit("heartbeat_ack")};
}

History with(History h, Direction dir, ChunkKind kind) {
    if (kind == ChunkKind::init) h.init = yes();
    if (kind == ChunkKind::init_ack) h.init_ack = yes();
    if (kind == ChunkKind::cookie_echo) h.cookie_echo = yes();
    if (kind == ChunkKind::cookie_ack) h.cookie_ack = yes();
    if (kind == ChunkKind::heartbeat && dir == Direction::original) h.heartbeat_of_original = yes();
    if (kind == ChunkKind::heartbeat_ack && dir == Direction::reply) h.heartbeat_ack_of_reply = yes();
    return h;
}

bool is_open(State state) {
    return state == State::established || state == State::shutdown_sent || state == State::shutdown_recd;
}

/// What must have come before a state, by whichever of the two sentences. What ends an association says nothing.
using Claim = Bit (*)(const Edition&, const History&, State);

Bit whole_handshake(const Edition&, const History& h, State state) {
    if (state == State::cookie_wait) return h.init;
    if (state == State::cookie_echoed) return h.init && h.init_ack && h.cookie_echo;
    return Symbolic::bit(!is_open(state)) || (h.init && h.init_ack && h.cookie_echo && h.cookie_ack);
}

/// In linux-6.18 an INIT ACK leads from CLOSED to COOKIE_WAIT, and the answer to a HEARTBEAT opens.
Bit cookies_or_heartbeats(const Edition& edition, const History& h, State state) {
    const Bit begun = edition.sctp.heartbeats ? h.init || h.init_ack : h.init;
    if (state == State::cookie_wait) return begun;
    if (state == State::cookie_echoed) return begun && h.cookie_echo;
    if (state == State::heartbeat_sent) return h.heartbeat_of_original;
    return Symbolic::bit(!is_open(state)) || (begun && h.cookie_echo && h.cookie_ack) ||
           (h.heartbeat_of_original && h.heartbeat_ack_of_reply);
}

void keeps(Statement& s, Claim claim, State old, Direction dir, ChunkKind kind) {
    const auto to = s.semantics().sctp.target(old, dir, kind);
    if (!to) return;
    const auto step = met_in(any_chunk(s.edition(), "c", dir, kind), old, any_association("a"));
    const auto out = s.semantics().sctp.receive(step).outcome;
    const History before = any_history();
    s.prove(sctp_cell_name(old, dir, kind), claim(s.edition(), before, old) && !out.invalid && !out.passed_over,
            claim(s.edition(), with(before, dir, kind), *to));
}

/// Any chunk of any packet: what a packet as a whole is tested for is not assumed.
template <Claim claim>
void state(Statement& s) {
    for (const ChunkKind kind : chunk_kinds(s.edition())) {
        keeps(s, claim, State::none, Direction::original, kind);
        for (const State old : sctp_states(s.edition()))
            for (const Direction dir : {Direction::original, Direction::reply}) keeps(s, claim, old, dir, kind);
    }
    // The chunks of a first packet may have moved the state before it is handled.
    const History none{no(), no(), no(), no(), no(), no()};
    for (const SctpRow& row : s.semantics().sctp.rows) {
        if (!row.opens || row.refuses || row.to == State::none) continue;
        s.prove("opened by " + std::string(sctp::name(row.kind)), yes(),
                claim(s.edition(), with(none, Direction::original, row.kind), row.to));
    }
}

std::optional<Trace> trace(const Semantics& semantics, Solver& solver) {
    constexpr unsigned most = 4;
    return shortest_sctp_trace(
        semantics, solver, opening_moves(semantics.edition), most,
        [](const std::vector<SctpMove>& moves, State state, bool) {
            const auto has = [&](ChunkKind kind) {
                return std::ranges::any_of(moves, [&](const SctpMove& m) { return m.kind == kind; });
            };
            return state == State::established && !(has(ChunkKind::init) && has(ChunkKind::init_ack) &&
                                                    has(ChunkKind::cookie_echo) && has(ChunkKind::cookie_ack));
        });
}

/// An INIT ACK opens at once.
void skip_the_cookie(Semantics& s) {
    for (SctpRow& row : s.sctp.rows)
        if (row.from == State::cookie_wait && row.kind == ChunkKind::init_ack) row.to = State::established;
}
/// What leads out of COOKIE_WAIT and CLOSED towards ESTABLISHED leads nowhere: nothing violates the sentence any more.
void open_nothing(Semantics& s) {
    for (SctpRow& row : s.sctp.rows)
        if (row.to != row.from) row.to = State::closed;
}

}  // namespace

Theorem no_sctp_established_without_the_four_way_handshake() {
    return {
        .name = "no_sctp_established_without_the_four_way_handshake",
        .sentence =
            "An SCTP entry is in ESTABLISHED only if INIT, INIT ACK, COOKIE ECHO and COOKIE ACK were accepted since it "
            "was made.",
        .answers = "Does ESTABLISHED mean that both ends have shown that they are there?",
        .bound = "",
        .expected = {Result::violated, Result::violated, Result::violated},
        .state = state<whole_handshake>,
        .defects = {{"nothing opens", EditionId::linux_2_6_9, open_nothing},
                    {"nothing opens", EditionId::linux_2_6_32, open_nothing},
                    {"nothing opens", EditionId::linux_6_18, open_nothing}},
        .trace = trace};
}

Theorem sctp_is_established_by_cookies_or_by_heartbeats() {
    return {.name = "sctp_is_established_by_cookies_or_by_heartbeats",
            .sentence =
                "An SCTP entry is in ESTABLISHED, SHUTDOWN_SENT or SHUTDOWN_RECD only if a COOKIE ECHO and a COOKIE "
                "ACK were "
                "accepted since it was made, and an INIT before them, in linux-6.18 an INIT or an INIT ACK; or, in "
                "linux-6.18, a HEARTBEAT of the original side and a HEARTBEAT ACK of the other.",
            .answers = "What does it take at least to open an SCTP entry?",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state<cookies_or_heartbeats>,
            .defects = {{"an INIT ACK opens", EditionId::linux_2_6_9, skip_the_cookie},
                        {"an INIT ACK opens", EditionId::linux_2_6_32, skip_the_cookie},
                        {"an INIT ACK opens", EditionId::linux_6_18, skip_the_cookie}},
            .file = "no_sctp_established_without_the_four_way_handshake"};
}

}  // namespace conntrack::proofs

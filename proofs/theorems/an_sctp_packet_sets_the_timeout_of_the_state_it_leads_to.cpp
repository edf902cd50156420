#include "proofs/sctp_entry.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using sctp::ChunkKind;
using sctp::State;

void sets(Statement& s, const SctpEntry& entry, Direction dir, ChunkKind kind) {
    const auto timeouts = free_sctp_timeouts();
    const Time64 now = fresh_time("now");
    const auto met = meet(s.semantics(), timeouts, entry, any_chunk(s.edition(), "c", dir, kind), now);
    const bool first = entry.state == State::none;
    const auto plain =
        meet(s.semantics(), met_in(any_chunk(s.edition(), "c", dir, kind), entry.state, entry.association));
    const bool again = !first && entry.state == State::closed && kind == ChunkKind::init &&
                       s.edition().id == EditionId::linux_6_18 && plain.to == State::closed;
    const Bit looked_at = plain.accepted && !plain.passed_over;
    Bit claim = met.refreshed == (looked_at && Symbolic::bit(!again));
    for (const State to : sctp_states(s.edition())) {
        const Time64 wanted = now + timeouts.of.at(static_cast<std::size_t>(to));
        Bit set = met.deadline == wanted;
        if (!first && s.edition().core.refresh_needs_a_second)
            set = set || (met.deadline == entry.deadline && !Symbolic::earlier(wanted, entry.deadline) &&
                          Symbolic::earlier(wanted, entry.deadline + Symbolic::time(1'000'000'000)));
        claim = claim && implies(met.refreshed && met.next == word(static_cast<std::uint32_t>(to)), set);
    }
    if (!first) claim = claim && implies(!met.refreshed, met.deadline == entry.deadline);
    s.prove(sctp_cell_name(entry.state, dir, kind), yes(), claim);
}

void state(Statement& s) {
    for (const ChunkKind kind : chunk_kinds(s.edition())) {
        sets(s, new_sctp_entry(), Direction::original, kind);
        for (const State old : sctp_states(s.edition()))
            for (const Direction dir : {Direction::original, Direction::reply})
                sets(s, any_sctp_entry("e", old), dir, kind);
    }
}

/// ESTABLISHED has the timeout of COOKIE_ECHOED.
void give_too_little(Semantics& s) {
    s.sctp.timeout_of = [of = s.sctp.timeout_of](const SctpTimeouts& timeouts, State state) {
        return of(timeouts, state == State::established ? State::cookie_echoed : state);
    };
}
/// Every INIT renews.
void always_renew(Semantics& s) {
    s.sctp.keeps_timer = [](const Edition&, ChunkKind, State, State, bool) { return false; };
}

}  // namespace

Theorem an_sctp_packet_sets_the_timeout_of_the_state_it_leads_to() {
    return {.name = "an_sctp_packet_sets_the_timeout_of_the_state_it_leads_to",
            .sentence =
                "A packet of one chunk that moves an SCTP entry, or leaves it where it is, gives it the timeout of the "
                "state that it leads to; but in linux-6.18 an INIT that finds it CLOSED and leaves it so, and a "
                "HEARTBEAT that is passed over, renew nothing. No other packet does.",
            .answers = "How long does an SCTP entry live?",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"ESTABLISHED ends early", EditionId::linux_2_6_9, give_too_little},
                        {"ESTABLISHED ends early", EditionId::linux_2_6_32, give_too_little},
                        {"every INIT renews", EditionId::linux_6_18, always_renew}}};
}

}  // namespace conntrack::proofs

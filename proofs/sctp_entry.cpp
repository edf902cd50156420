#include "proofs/sctp_entry.hpp"

#include "proofs/packet_bytes.hpp"
#include "spec/sctp/packet.hpp"
#include "spec/verdict.hpp"

namespace conntrack::proofs {

namespace {

using sctp::ChunkKind;
using sctp::State;

Word number(State state) { return word(static_cast<std::uint32_t>(state)); }
Word number(FlowState state) { return word(static_cast<std::uint32_t>(state)); }

/// A packet of this one chunk, as far as its walk goes.
sctp::Walk walk_of(const Edition& edition, ChunkKind kind) {
    sctp::Chunk chunk;
    chunk.type = chunk_type(kind);
    chunk.length = 4;
    return sctp::walk({.tag = 0, .chunks = {chunk}}, edition);
}

/// Generic tracking as SCTP uses it: shown what is accepted, and told of ASSURED after it. Whether it has seen a reply.
Bit seen_reply_after(const Semantics& semantics, const SctpEntry& entry, Direction dir) {
    const FlowStep step{&semantics.edition, flow::Kind::own_states, word(0), word(0), Symbolic::time(0), no()};
    const Word answered = Symbolic::select(entry.assured, number(FlowState::assured), number(FlowState::replied));
    const Word from = Symbolic::select(entry.seen_reply, answered, number(FlowState::unreplied));
    const auto event = dir == Direction::original ? FlowEvent::original_packet : FlowEvent::reply_packet;
    const auto shown = semantics.flow.step(from, static_cast<std::size_t>(event), step, no_flow_outcome());
    return shown.next != number(FlowState::unreplied);
}

}  // namespace

SctpMet meet(const Semantics& semantics, const ChunkStep& step) {
    const Edition& edition = semantics.edition;
    const SctpRelation& relation = semantics.sctp;
    const sctp::Walk walk = walk_of(edition, step.kind);
    const bool first = step.old == State::none;
    ChunkStep handled = step;
    handled.after_passed = no();
    Bit open = yes();
    if (first) {
        if (walk.out_of_the_blue) return {no(), no(), step.association, std::nullopt, false, false};
        const auto opened = relation.open(met_in(handled, State::none, sctp::blank<Symbolic>()));
        open = !opened.outcome.invalid;
        // The rows that open lead to one state each.
        for (const SctpRow& row : relation.rows)
            if (row.opens && row.kind == step.kind && !row.refuses) handled.old = row.to;
        handled.association = opened.outcome.association;
    }
    const Bit looked_at =
        open && (walk.bears_own_tag ? relation.tag_fits(handled.association, step.dir, step.tag) : yes());
    const auto result = relation.receive(handled);
    const auto to = relation.target(handled.old, step.dir, step.kind);
    const bool undefined = to == State::none;
    return {.accepted = looked_at && !result.outcome.invalid && Symbolic::bit(!undefined),
            .passed_over = looked_at && result.outcome.passed_over,
            .association = sctp::choose<Symbolic>(looked_at, result.outcome.association, handled.association),
            .to = to,
            .assures = to && relation.assures(edition, step.dir, handled.old, *to),
            .keeps_timer = to && relation.keeps_timer(edition, step.kind, handled.old, *to, !first)};
}

SctpEntry new_sctp_entry() { return {State::none, sctp::blank<Symbolic>(), no(), no(), Symbolic::time(0)}; }

SctpEntry any_sctp_entry(const std::string& name, State state) {
    return {state, any_association(name), fresh_bit(name + ".seen_reply"), fresh_bit(name + ".assured"),
            fresh_time(name + ".deadline")};
}

SctpTimeouts free_sctp_timeouts() {
    const auto of = [](State state) { return fresh_time("sctp_timeout_" + std::string(sctp::name(state))); };
    return {{Symbolic::time(0), of(State::closed), of(State::cookie_wait), of(State::cookie_echoed),
             of(State::established), of(State::shutdown_sent), of(State::shutdown_recd), of(State::shutdown_ack_sent),
             of(State::heartbeat_sent)}};
}

SctpEntryMet meet(const Semantics& semantics, const SctpTimeouts& timeouts, const SctpEntry& entry,
                  const ChunkStep& chunk, const Time64& now) {
    const bool first = entry.state == State::none;
    const SctpMet met = meet(semantics, met_in(chunk, entry.state, entry.association));
    const Bit moves = met.accepted && !met.passed_over;
    const Bit refreshed = moves && Symbolic::bit(!met.keeps_timer);
    const Time64 span = semantics.sctp.timeout_of(timeouts, met.to.value_or(State::none));
    const Time64 renewed =
        first ? now + span : semantics.deadline_refreshed_by(semantics.edition, entry.deadline, now, span, no());
    const Word tracked = semantics.packet_state(chunk.dir, entry.seen_reply, no());
    const Word invalid = word(static_cast<std::uint32_t>(CtInfo::invalid));
    return {
        .invalid = !met.accepted,
        .gone = Symbolic::bit(first) && !met.accepted,
        .info = Symbolic::select(met.accepted, tracked, invalid),
        .next = Symbolic::select(moves, number(met.to.value_or(State::none)), number(entry.state)),
        .association = met.association,
        .refreshed = refreshed,
        .seen_reply = Symbolic::select(met.accepted, seen_reply_after(semantics, entry, chunk.dir), entry.seen_reply),
        .assured = entry.assured || (moves && Symbolic::bit(met.assures)),
        .deadline = Symbolic::select(refreshed, renewed, entry.deadline)};
}

}  // namespace conntrack::proofs

#include "proofs/mutation/sctp_situation.hpp"

#include "proofs/sctp_entry.hpp"

namespace conntrack::proofs {

namespace {

using sctp::ChunkKind;
using sctp::State;

void add(std::vector<Ref>& out, const Association& a) {
    for (const Word& tag : a.vtag) out.push_back(tag.ref());
    for (const Bit& mark : a.init) out.push_back(mark.ref());
    out.push_back(a.heartbeat_failed.ref());
    // Who tried another tag is of no meaning once nobody waits for an answer.
    out.push_back((a.heartbeat_failed && a.failed_in_reply).ref());
}

/// Not the clause that is named for it.
Observed of_chunk(const SctpResult& result) {
    const auto& o = result.outcome;
    std::vector<Ref> out = {o.invalid.ref(), o.passed_over.ref(), result.next.ref()};
    add(out, o.association);
    return {yes(), std::move(out)};
}

Observed of_packet(const SctpEntryMet& met) {
    std::vector<Ref> out = {met.invalid.ref(), met.gone.ref(), met.info.ref()};
    std::vector<Ref> left = {met.next.ref(), met.refreshed.ref(), met.seen_reply.ref(), met.assured.ref(),
                             met.deadline.ref()};
    add(left, met.association);
    // Of an entry that is gone nothing counts.
    for (const Ref field : left) out.push_back(choose(met.gone.ref(), constant(field->bits, 0), field));
    return {yes(), std::move(out)};
}

ChunkStep chunk_of(const Semantics& s, Direction dir, ChunkKind kind) { return any_chunk(s.edition, "c", dir, kind); }

void add_opening(std::vector<Situation>& out, ChunkKind kind) {
    const std::string name(sctp::name(kind));
    out.push_back({"SCTP, " + name + " looked up for a first packet",
                   {},
                   [kind](const Semantics& s) {
                       const auto step = chunk_of(s, Direction::original, kind);
                       return of_chunk(s.sctp.open(met_in(step, State::none, any_association("a"))));
                   },
                   SctpCell{State::none, std::nullopt, kind}});
    out.push_back({"SCTP, " + name + " first",
                   {},
                   [kind](const Semantics& s) {
                       return of_packet(meet(s, free_sctp_timeouts(), new_sctp_entry(),
                                             chunk_of(s, Direction::original, kind), fresh_time("now")));
                   },
                   SctpCell{State::none, std::nullopt, kind}});
}

void add_handled(std::vector<Situation>& out, State old, Direction dir, ChunkKind kind) {
    const std::string cell = "SCTP, " + sctp_cell_name(old, dir, kind);
    out.push_back({cell + " handled",
                   {},
                   [=](const Semantics& s) {
                       const auto step = met_in(chunk_of(s, dir, kind), old, any_association("a"));
                       Observed out = of_chunk(s.sctp.receive(step));
                       // Of what opens, the tag is not known yet, or learned from this very packet.
                       const Word& known = step.association.vtag[0];
                       if (old == State::none) out.real = known == word(0) || known == step.tag;
                       return out;
                   },
                   SctpCell{old, dir, kind}});
    if (old == State::none) return;
    out.push_back({cell,
                   {},
                   [=](const Semantics& s) {
                       return of_packet(meet(s, free_sctp_timeouts(), any_sctp_entry("e", old), chunk_of(s, dir, kind),
                                             fresh_time("now")));
                   },
                   SctpCell{old, dir, kind}});
}

}  // namespace

void add_sctp_situations(std::vector<Situation>& out, const Edition& edition) {
    for (const ChunkKind kind : chunk_kinds(edition)) {
        add_opening(out, kind);
        add_handled(out, State::none, Direction::original, kind);
        for (const State old : sctp_states(edition))
            for (const Direction dir : {Direction::original, Direction::reply}) add_handled(out, old, dir, kind);
    }
}

}  // namespace conntrack::proofs

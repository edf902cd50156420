#include "proofs/sctp_entry.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using sctp::ChunkKind;
using sctp::State;

Bit same_tags(const Association& a, const Association& b) { return a.vtag[0] == b.vtag[0] && a.vtag[1] == b.vtag[1]; }
Bit same_marks(const Association& a, const Association& b) { return a.init[0] == b.init[0] && a.init[1] == b.init[1]; }

/// INIT, INIT ACK: from now on the other side's packets bear the tag that it tells; in linux-2.6.9 always the original
/// side's.
Association told(const Edition& edition, Association a, const ChunkStep& chunk) {
    const auto its = static_cast<std::size_t>(other(chunk.dir));
    a.vtag.at(edition.id == EditionId::linux_2_6_9 ? 0 : its) = chunk.init_tag;
    return a;
}

/// Who opens is marked in linux-6.18, until a COOKIE ACK; of two who open at once, the later one alone.
Association marked(const Edition& edition, const Association& before, Association a, const ChunkStep& chunk) {
    if (chunk.kind == ChunkKind::cookie_ack) a.init = {no(), no()};
    if (edition.id != EditionId::linux_6_18 || chunk.kind != ChunkKind::init) return a;
    const auto mine = static_cast<std::size_t>(chunk.dir), its = 1 - mine;
    const Bit news = before.vtag.at(its) != chunk.init_tag, both = before.init.at(mine) && before.init.at(its);
    a.init.at(mine) = before.init.at(mine) || news;
    a.init.at(its) = before.init.at(its) && !(news && both);
    return a;
}

/// linux-6.18: a tag that is not known is learned. An answer to a HEARTBEAT that tried another tag makes that its
/// side's, and the other's is to be learned anew.
Association learned(const Association& before, const ChunkStep& chunk) {
    const auto mine = static_cast<std::size_t>(chunk.dir), its = 1 - mine;
    Association a = before;
    const Bit renews = before.vtag.at(mine) != word(0) && before.vtag.at(mine) != chunk.tag;
    a.vtag.at(mine) = chunk.tag;
    a.vtag.at(its) = Symbolic::select(renews, word(0), before.vtag.at(its));
    return a;
}

void learns(Statement& s, const SctpEntry& entry, Direction dir, ChunkKind kind) {
    const auto chunk = any_chunk(s.edition(), "c", dir, kind);
    const auto met = meet(s.semantics(), met_in(chunk, entry.state, entry.association));
    const Association &before = entry.association, &after = met.association;
    const Bit moves = met.accepted && !met.passed_over;
    Association expected = before;
    if (kind == ChunkKind::init || kind == ChunkKind::init_ack) expected = told(s.edition(), before, chunk);
    if (kind == ChunkKind::heartbeat || kind == ChunkKind::heartbeat_ack) expected = learned(before, chunk);
    expected = marked(s.edition(), before, expected, chunk);
    const std::string cell = sctp_cell_name(entry.state, dir, kind);
    if (!is_false(moves.ref()))
        s.prove(cell + ": taken", moves, same_tags(after, expected) && same_marks(after, expected));
    if (!is_false(met.passed_over.ref()))
        s.prove(cell + ": passed over", met.passed_over,
                same_tags(after, before) && same_marks(after, before) && after.heartbeat_failed &&
                    after.failed_in_reply == Symbolic::bit(dir == Direction::reply));
    // What waits for an answer waits on, unless a tag is met that is right.
    if (kind != ChunkKind::heartbeat && kind != ChunkKind::heartbeat_ack)
        s.prove(cell + ": the answer", yes(), after.heartbeat_failed == before.heartbeat_failed);
    else if (!is_false(moves.ref()))
        s.prove(cell + ": the answer", moves && before.vtag.at(static_cast<std::size_t>(dir)) != word(0),
                !after.heartbeat_failed);
}

/// The first packet: an INIT tells the tag of the answers, what else opens tells its own.
void opens(Statement& s, ChunkKind kind) {
    const auto chunk = any_chunk(s.edition(), "c", Direction::original, kind);
    const auto met = meet(s.semantics(), met_in(chunk, State::none, sctp::blank<Symbolic>()));
    if (is_false(met.accepted.ref())) return;
    const auto& after = met.association;
    Bit claim = yes();
    if (kind == ChunkKind::init) {
        claim = after.vtag[1] == chunk.init_tag;
        claim = claim &&
                (s.edition().id == EditionId::linux_2_6_9 ? after.vtag[0] == chunk.init_tag : after.vtag[0] == word(0));
        if (s.edition().id == EditionId::linux_6_18) claim = claim && after.init[0] && !after.init[1];
    } else if (kind == ChunkKind::heartbeat || kind == ChunkKind::heartbeat_ack) {
        claim = after.vtag[0] == chunk.tag && after.vtag[1] == word(0);
    } else if (kind != ChunkKind::init_ack) {
        claim = after.vtag[0] == word(0) && after.vtag[1] == chunk.tag;
    }
    s.prove("opened by " + std::string(sctp::name(kind)), met.accepted, claim);
}

void state(Statement& s) {
    for (const ChunkKind kind : chunk_kinds(s.edition())) {
        opens(s, kind);
        for (const State old : sctp_states(s.edition()))
            for (const Direction dir : {Direction::original, Direction::reply})
                learns(s, any_sctp_entry("e", old), dir, kind);
    }
}

/// A SHUTDOWN ACK teaches the tag it bears.
void learn_from_shutdowns(Semantics& s) {
    for (SctpRow& row : s.sctp.rows) {
        if (row.kind != ChunkKind::shutdown_ack || row.opens) continue;
        row.apply = [apply = row.apply](const ChunkStep& step) {
            auto out = apply(step);
            out.association.vtag.at(static_cast<std::size_t>(step.dir)) = step.tag;
            return out;
        };
    }
}

}  // namespace

Theorem sctp_tags_are_learned_from_inits_and_heartbeats_alone() {
    return {.name = "sctp_tags_are_learned_from_inits_and_heartbeats_alone",
            .sentence =
                "What a known SCTP entry remembers of tags changes by an accepted INIT or INIT ACK, which tell the tag "
                "that the other side's packets will bear (in linux-2.6.9 it is always taken for the original side's), "
                "and in linux-6.18 by a HEARTBEAT or HEARTBEAT ACK, from which a tag that is not known is learned; by "
                "nothing else.",
            .answers = "Can a stranger make an entry forget the tags of its association?",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"a SHUTDOWN ACK teaches its tag", EditionId::linux_2_6_9, learn_from_shutdowns},
                        {"a SHUTDOWN ACK teaches its tag", EditionId::linux_2_6_32, learn_from_shutdowns},
                        {"a SHUTDOWN ACK teaches its tag", EditionId::linux_6_18, learn_from_shutdowns}}};
}

}  // namespace conntrack::proofs

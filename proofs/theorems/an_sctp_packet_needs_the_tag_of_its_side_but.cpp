#include "proofs/sctp_entry.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using sctp::ChunkKind;
using sctp::State;

/// Whether the sender has shown that he belongs to the association, as far as an edition asks for it.
Bit shows_itself(const Edition& edition, const SctpEntry& entry, const ChunkStep& chunk) {
    const auto mine = static_cast<std::size_t>(chunk.dir), its = 1 - mine;
    const auto& a = entry.association;
    const Bit own = chunk.tag == a.vtag.at(mine), others = chunk.tag == a.vtag.at(its);
    const Bit unknown = a.vtag.at(mine) == word(0);
    const Bit flagged = (!chunk.t_flag && own) || (chunk.t_flag && others);
    const bool present = edition.id == EditionId::linux_6_18;
    switch (chunk.kind) {
        case ChunkKind::init: return chunk.tag == word(0) && chunk.has_init;
        case ChunkKind::init_ack: {
            // linux-6.18: the tag of an answer is new to it, or the one that it knows; or somebody has opened anew.
            const Bit both = a.init.at(mine) && a.init.at(its), same = chunk.init_tag == a.vtag.at(its);
            const Bit news = same || (!both && (a.vtag.at(its) == word(0) || a.init.at(its)));
            return own && chunk.has_init && (Symbolic::bit(!present) || news);
        }
        case ChunkKind::abort: return present ? flagged : own || others;
        case ChunkKind::shutdown_complete:
            if (present) return flagged;
            return edition.id == EditionId::linux_2_6_32 ? own || others || !chunk.t_flag
                                                         : own || (chunk.t_flag && others);
        case ChunkKind::shutdown_ack: return yes();
        case ChunkKind::heartbeat:
            return own || unknown || !chunk.with_data;  // another path may be tried, unless data comes
        case ChunkKind::heartbeat_ack: {
            const Bit tried_by_other = a.heartbeat_failed && (a.failed_in_reply == Symbolic::bit(mine == 0));
            return own || unknown || (tried_by_other && !chunk.with_data);
        }
        default: return own;
    }
}

void speaks(Statement& s, const SctpEntry& entry, Direction dir, ChunkKind kind) {
    const auto chunk = any_chunk(s.edition(), "c", dir, kind);
    const auto met = meet(s.semantics(), free_sctp_timeouts(), entry, chunk, fresh_time("now"));
    const bool refused = !s.semantics().sctp.target(entry.state, dir, kind);  // by the table, whatever it bears
    const Bit shown = shows_itself(s.edition(), entry, chunk);
    // What is passed over the table is not asked about.
    const Bit passed = Symbolic::bit(kind == ChunkKind::heartbeat) && !met.refreshed;
    s.prove(sctp_cell_name(entry.state, dir, kind), yes(),
            implies(!met.invalid, shown) && implies(shown && Symbolic::bit(!refused) && !passed, !met.invalid));
}

/// What opens an entry has no tag to show, but that an INIT bears 0.
void opens(Statement& s) {
    const auto chunk = any_chunk(s.edition(), "c", Direction::original, ChunkKind::init);
    const auto out = s.semantics().sctp.open(met_in(chunk, State::none, any_association("a")));
    s.prove("an init that opens", yes(), out.outcome.invalid == !(chunk.tag == word(0) && chunk.has_init));
}

void state(Statement& s) {
    opens(s);
    for (const ChunkKind kind : chunk_kinds(s.edition()))
        for (const State old : sctp_states(s.edition()))
            for (const Direction dir : {Direction::original, Direction::reply})
                speaks(s, any_sctp_entry("e", old), dir, kind);
}

void take_any_abort(Semantics& s) {
    for (SctpRow& row : s.sctp.rows)
        if (row.kind == ChunkKind::abort) row.holds = [](const ChunkStep&) { return yes(); };
}
void take_any_tag(Semantics& s) {
    s.sctp.tag_fits = [](const Association&, Direction, const Word&) { return yes(); };
}

}  // namespace

Theorem an_sctp_packet_needs_the_tag_of_its_side_but() {
    return {.name = "an_sctp_packet_needs_the_tag_of_its_side_but",
            .sentence =
                "An SCTP packet of one chunk about a known entry is INVALID unless it bears the tag of its side, and "
                "with it is INVALID only where the table refuses its chunk; but an INIT bears 0, a SHUTDOWN ACK may "
                "bear any tag, ABORT and SHUTDOWN COMPLETE the other side's (linux-6.18: exactly if their T flag says "
                "so; a SHUTDOWN COMPLETE: linux-2.6.9: if it says so, linux-2.6.32: and any tag if not); and in "
                "linux-6.18 an INIT ACK must tell a tag that is new or known, and HEARTBEATs without data may try "
                "another tag.",
            .answers = "What can somebody do to an association whose tags he does not know?",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"any ABORT is taken", EditionId::linux_2_6_9, take_any_abort},
                        {"any tag fits", EditionId::linux_2_6_32, take_any_tag},
                        {"any ABORT is taken", EditionId::linux_6_18, take_any_abort},
                        {"any tag fits", EditionId::linux_6_18, take_any_tag}}};
}

}  // namespace conntrack::proofs

// The SCTP machines as relations, read from their rows, and the rules about a chunk that stand in no row.
#pragma once

#include "proofs/symbolic.hpp"
#include "spec/editions.hpp"
#include "spec/sctp/chunk_rules.hpp"
#include "spec/sctp/timeouts.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace conntrack::proofs {

using Association = sctp::Association<Symbolic>;
using ChunkStep = sctp::ChunkStep<Symbolic>;
using ChunkOutcome = sctp::ChunkOutcome<Symbolic>;
using SctpTimeouts = sctp::Timeouts<Symbolic>;

/// One row. Of an opener the step's direction is the original one.
struct SctpRow {
    sctp::State from, to;
    bool opens;  // it looks up a chunk of a first packet
    Direction dir;
    sctp::ChunkKind kind;
    bool refuses;
    std::function<Bit(const ChunkStep&)> holds;
    std::function<ChunkOutcome(const ChunkStep&)> apply;
    std::string text;
};

struct SctpResult {
    Word next;  // the state after the chunk
    ChunkOutcome outcome;
};

struct SctpRelation {
    std::vector<SctpRow> rows;  // in the order in which they are tried
    std::function<ChunkOutcome(const ChunkStep&)> misfit = sctp::misfit<Symbolic>;
    std::function<Bit(const Association&, Direction, const Word& tag)> tag_fits = sctp::tag_fits<Symbolic>;
    std::function<bool(const Edition&, Direction, sctp::State old, sctp::State now)> assures = sctp::assures;
    std::function<bool(const Edition&, sctp::ChunkKind, sctp::State old, sctp::State now, bool confirmed)> keeps_timer =
        sctp::keeps_timer;
    std::function<Time64(const SctpTimeouts&, sctp::State)> timeout_of =
        [](const SctpTimeouts& timeouts, sctp::State state) { return timeouts.of.at(static_cast<std::size_t>(state)); };

    /// A chunk that is handled in `step.old`.
    [[nodiscard]] SctpResult receive(const ChunkStep& step) const;
    /// A chunk of a first packet, looked up from NONE.
    [[nodiscard]] SctpResult open(const ChunkStep& step) const;
    /// Where a chunk that fits leads from a state; nothing: the table refuses it.
    [[nodiscard]] std::optional<sctp::State> target(sctp::State old, Direction dir, sctp::ChunkKind kind) const;
};
SctpRelation read_sctp_relation(EditionId edition);

/// What the fast tracker decides of a chunk.
SctpResult fast_sctp(EditionId edition, const ChunkStep& step);
SctpResult fast_sctp_opener(EditionId edition, const ChunkStep& step);

/// The states of an edition, without NONE.
std::vector<sctp::State> sctp_states(const Edition& edition);
/// The kinds that its table tells apart.
std::vector<sctp::ChunkKind> chunk_kinds(const Edition& edition);
/// "ESTABLISHED, reply heartbeat_ack".
std::string sctp_cell_name(sctp::State state, Direction dir, sctp::ChunkKind kind);

/// Of which nothing is known.
Association any_association(const std::string& name);
ChunkStep any_chunk(const Edition& edition, const std::string& name, Direction dir, sctp::ChunkKind kind);
/// The same chunk, met in another state of the association.
ChunkStep met_in(ChunkStep step, sctp::State old, const Association& association);

Bit same(const Association& a, const Association& b);
Bit same(const ChunkOutcome& a, const ChunkOutcome& b);

}  // namespace conntrack::proofs

// The shortest run of SCTP packets, of one chunk each, that shows something.
#pragma once

#include "proofs/semantics.hpp"
#include "proofs/solver.hpp"
#include "proofs/trace.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace conntrack::proofs {

struct SctpMove {
    Direction dir;
    sctp::ChunkKind kind;
};

/// The moves so far, the state that the last one leads to, and whether it makes the entry ASSURED.
using SctpGoal = std::function<bool(const std::vector<SctpMove>&, sctp::State, bool assures)>;

/// Of those of at most `most` packets, all accepted. Runs of one length are tried in the order of `moves`.
std::optional<Trace> shortest_sctp_trace(const Semantics& semantics, Solver& solver, const std::vector<SctpMove>& moves,
                                         unsigned most, const SctpGoal& goal);

/// Chunks that open an association or test a path, by both sides.
std::vector<SctpMove> opening_moves(const Edition& edition);

}  // namespace conntrack::proofs

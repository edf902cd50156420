// Bounded search for the shortest run of real packets from an empty table that ends in something: how a violated
// theorem is shown.
#pragma once

#include "proofs/path.hpp"
#include "proofs/solver.hpp"
#include "proofs/trace.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace conntrack::proofs {

struct Search {
    std::vector<Leg> prefix;  // how every run begins
    std::vector<Move> moves;  // what may follow; empty: any packet
    unsigned most = 3;        // packets after the prefix
    std::vector<std::pair<std::string, std::uint32_t>> sysctl;
    std::int64_t gap_ns = 100'000'000;  // between packets
    bool with_sack = false;             // SACK blocks may be used
};

using Goal = std::function<Bit(const Path&)>;

/// The shortest run whose last packet meets the goal. Runs of one length are tried in the order of moves.
std::optional<Trace> shortest_trace(const Semantics& semantics, Solver& solver, const Search& search, const Goal& goal);

}  // namespace conntrack::proofs

// The situations that decisions are made in, and what comes of each, as terms: so that two semantics can be compared.
#pragma once

#include "proofs/mutation/cell.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace conntrack::proofs {

/// What anybody could notice, at once or later, and what is known of the case.
struct Observed {
    Bit real;  // such an entry and such a packet can meet
    std::vector<Ref> behaviour;
};

struct Situation {
    std::string name;
    std::optional<Cell> cell;  // of a TCP machine
    std::function<Observed(const Semantics&)> observe;
    std::optional<SctpCell> sctp_cell = std::nullopt;  // of an SCTP machine
};

/// Every situation of an edition: those of TCP, of SCTP, of generic tracking, of the request count, of an entry's life,
/// and rules that stand in no table.
std::vector<Situation> all_situations(EditionId edition);

}  // namespace conntrack::proofs

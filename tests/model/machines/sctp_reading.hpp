// The SCTP machines as read from their rows, for comparison with what they do when they run.
#pragma once

#include "model/machines/reading/read_small.hpp"
#include "spec/sctp/chunk_rules.hpp"

#include <vector>

namespace conntrack::testing {

using SctpRow = machines::reading::SmallRow<Concrete, sctp::ChunkStep<Concrete>, sctp::ChunkOutcome<Concrete>>;

/// The rows in their order. An event is the number of its kind, for a reply plus the count of kinds, for an opener
/// plus twice that.
struct SctpReading {
    std::vector<SctpRow> rows;
    std::size_t states;
};
SctpReading read_sctp(EditionId id);

constexpr std::size_t event_number(Direction dir, sctp::ChunkKind kind) {
    return static_cast<std::size_t>(kind) + (dir == Direction::reply ? sctp::chunk_kind_count : 0);
}
constexpr std::size_t opener_number(sctp::ChunkKind kind) {
    return static_cast<std::size_t>(kind) + 2 * sctp::chunk_kind_count;
}

}  // namespace conntrack::testing

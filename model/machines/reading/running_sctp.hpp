// The SCTP machines as read from their tables, over running values. Rows can be changed, and what is changed can be
// run.
#pragma once

#include "model/machines/reading/read_small.hpp"
#include "spec/sctp/chunk_rules.hpp"

#include <vector>

namespace conntrack::machines::reading {

using RunningSctpRow =
    SmallRow<Concrete, conntrack::sctp::ChunkStep<Concrete>, conntrack::sctp::ChunkOutcome<Concrete>>;

/// The rows in their order; states by their number. An event is the number of its kind, for a reply plus the count of
/// kinds, for an opener plus twice that.
struct RunningSctp {
    std::vector<RunningSctpRow> rows;
    std::size_t states;
};
RunningSctp read_sctp(EditionId id);

constexpr std::size_t event_number(Direction dir, conntrack::sctp::ChunkKind kind) {
    return static_cast<std::size_t>(kind) + (dir == Direction::reply ? conntrack::sctp::chunk_kind_count : 0);
}
constexpr std::size_t opener_number(conntrack::sctp::ChunkKind kind) {
    return static_cast<std::size_t>(kind) + 2 * conntrack::sctp::chunk_kind_count;
}
/// A row that says INVALID, whichever state it is asked in.
inline bool refuses(const RunningSctpRow& row) { return row.text.find("Refuse") != std::string::npos; }

/// Runs rows, tried in their order: what sctp::judge() asks of a machine. The rows must outlive it.
class SctpByTheRows {
  public:
    explicit SctpByTheRows(const std::vector<RunningSctpRow>& rows);

    conntrack::sctp::ChunkOutcome<Concrete> receive(const conntrack::sctp::ChunkStep<Concrete>& step);
    conntrack::sctp::ChunkOutcome<Concrete> open(const conntrack::sctp::ChunkStep<Concrete>& step);
    [[nodiscard]] conntrack::sctp::State state() const { return state_; }
    void restore(conntrack::sctp::State state) { state_ = state; }

  private:
    std::vector<std::vector<const RunningSctpRow*>> of_cell_;
    conntrack::sctp::State state_ = conntrack::sctp::State::none;

    conntrack::sctp::ChunkOutcome<Concrete> take(std::size_t event, const conntrack::sctp::ChunkStep<Concrete>& step,
                                                 const conntrack::sctp::ChunkOutcome<Concrete>& misfit);
};

}  // namespace conntrack::machines::reading

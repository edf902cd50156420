#include "model/machines/reading/running_sctp.hpp"

#include "model/machines/reading/sctp_events.hpp"
#include "model/machines/sctp_2_6.hpp"
#include "model/machines/sctp_6_18.hpp"

namespace conntrack::machines::reading {

namespace {

using conntrack::sctp::ChunkOutcome;
using conntrack::sctp::ChunkStep;

constexpr std::size_t event_count = 3 * conntrack::sctp::chunk_kind_count;

template <class FrontEnd>
RunningSctp read() {
    return {read_small<FrontEnd, SctpEvents, Concrete, ChunkStep<Concrete>, ChunkOutcome<Concrete>>(),
            boost::mp11::mp_size<typename FrontEnd::states>::value};
}

std::size_t cell(std::size_t event, std::size_t from) { return from * event_count + event; }

}  // namespace

RunningSctp read_sctp(EditionId id) {
    return id == EditionId::linux_6_18 ? read<sctp::Machine_6_18>() : read<sctp::Machine_2_6>();
}

SctpByTheRows::SctpByTheRows(const std::vector<RunningSctpRow>& rows)
    : of_cell_(conntrack::sctp::state_count * event_count) {
    for (const RunningSctpRow& row : rows) of_cell_.at(cell(row.event, row.from)).push_back(&row);
}

ChunkOutcome<Concrete> SctpByTheRows::receive(const ChunkStep<Concrete>& step) {
    return take(event_number(step.dir, step.kind), step, conntrack::sctp::misfit<Concrete>(step));
}

ChunkOutcome<Concrete> SctpByTheRows::open(const ChunkStep<Concrete>& step) {
    return take(opener_number(step.kind), step, conntrack::sctp::misfit_opener<Concrete>(step));
}

ChunkOutcome<Concrete> SctpByTheRows::take(std::size_t event, const ChunkStep<Concrete>& step,
                                           const ChunkOutcome<Concrete>& misfit) {
    for (const RunningSctpRow* row : of_cell_[cell(event, static_cast<std::size_t>(state_))]) {
        if (!row->holds(step)) continue;
        state_ = static_cast<conntrack::sctp::State>(row->to);
        return row->apply(step, misfit);
    }
    return misfit;
}

}  // namespace conntrack::machines::reading

// One SCTP chunk, decided straight from the rows of a machine, without Boost.MSM's back-end. Templates over the value
// domain, so that a proof reads what runs.
#pragma once

#include "impl/small_table.hpp"
#include "model/machines/sctp_2_6.hpp"
#include "model/machines/sctp_6_18.hpp"

#include <utility>

namespace conntrack::fast {

template <class D>
using SctpDecision = SmallDecision<D, sctp::ChunkOutcome<D>>;

namespace detail {

inline constexpr auto chunk_kinds = std::make_index_sequence<sctp::chunk_kind_count>{};

/// `Event` of the step's kind, which is found by its number.
template <class FrontEnd, template <sctp::ChunkKind> class Event, class D, std::size_t... Kinds>
SctpDecision<D> decide_sctp_event(const sctp::ChunkStep<D>& step, const sctp::ChunkOutcome<D>& misfit,
                                  std::index_sequence<Kinds...>) {
    const auto from = D::word(static_cast<std::uint32_t>(step.old));
    SctpDecision<D> out{from, misfit};
    ((static_cast<std::size_t>(step.kind) == Kinds
          ? static_cast<void>(
                out = decide_small<FrontEnd, Event<static_cast<sctp::ChunkKind>(Kinds)>, D>(from, step, misfit))
          : static_cast<void>(0)),
     ...);
    return out;
}

}  // namespace detail

/// A chunk that is handled in the state `step.old`.
template <class FrontEnd, class D>
SctpDecision<D> decide_sctp(const sctp::ChunkStep<D>& step) {
    const auto misfit = sctp::misfit<D>(step);
    if (step.dir == Direction::original)
        return detail::decide_sctp_event<FrontEnd, machines::sctp::Original, D>(step, misfit, detail::chunk_kinds);
    return detail::decide_sctp_event<FrontEnd, machines::sctp::Reply, D>(step, misfit, detail::chunk_kinds);
}

/// A chunk of an entry's first packet, looked up from NONE.
template <class FrontEnd, class D>
SctpDecision<D> decide_sctp_opener(const sctp::ChunkStep<D>& step) {
    return detail::decide_sctp_event<FrontEnd, machines::sctp::Opener, D>(step, sctp::misfit_opener<D>(step),
                                                                          detail::chunk_kinds);
}

}  // namespace conntrack::fast

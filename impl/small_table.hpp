// Runs a small machine (flow, request count, life) straight from its transition table, without Boost.MSM's back-end:
// the rows of the front-end, tried in their order, become a few comparisons. Reads what model/machines/reading reads.
#pragma once

#include "model/machines/reading/row_parts.hpp"

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <cassert>
#include <cstddef>
#include <utility>

namespace conntrack::fast {

namespace detail {

/// Takes a row if it concerns this state and its guard holds.
template <class FrontEnd, class Row, class Step, class Outcome>
constexpr bool take_small_row(std::size_t& state, const Step& step, Outcome& outcome) {
    using Parts = machines::reading::RowParts<Row>;
    using States = typename FrontEnd::states;
    using machines::reading::is_none;
    if (state != boost::mp11::mp_find<States, typename Parts::Source>::value) return false;
    if constexpr (!is_none<typename Parts::Guard>)
        if (!Parts::Guard::template holds<Concrete>(step)) return false;
    if constexpr (!is_none<typename Parts::Action>) outcome = Parts::Action::template apply<Concrete>(step);
    if constexpr (!is_none<typename Parts::Target>) state = boost::mp11::mp_find<States, typename Parts::Target>::value;
    return true;
}

template <class Event>
struct ConcernsEvent {
    template <class Row>
    using fn = std::is_same<typename machines::reading::RowParts<Row>::Event, Event>;
};

template <class FrontEnd, class Step, class Outcome, class... Rows>
constexpr bool take_first(boost::mp11::mp_list<Rows...>, std::size_t& state, const Step& step, Outcome& outcome) {
    return (take_small_row<FrontEnd, Rows>(state, step, outcome) || ...);
}

}  // namespace detail

/// One event: the state, given as its place in the front-end's list `states`, moves, and the outcome is what the row's
/// action makes (rows without an action leave it).
template <class FrontEnd, class Event, class State, class Step, class Outcome>
constexpr void run_small(State& state, const Step& step, Outcome& outcome) {
    using Rows = boost::mp11::mp_copy_if_q<typename FrontEnd::rows, detail::ConcernsEvent<Event>>;
    auto place = static_cast<std::size_t>(state);
    const bool taken = detail::take_first<FrontEnd>(Rows{}, place, step, outcome);
    assert(taken && "a small machine has a row for every state and event");
    static_cast<void>(taken);
    state = static_cast<State>(place);
}

}  // namespace conntrack::fast

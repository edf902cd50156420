// Runs a small machine (flow, request count, life) straight from its transition table, without Boost.MSM's back-end:
// the rows of the front-end, tried in their order, become a few comparisons. Reads what model/machines/reading reads,
// and decides in any value domain.
#pragma once

#include "impl/either_way.hpp"
#include "model/machines/reading/row_parts.hpp"

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <cassert>
#include <cstdint>

namespace conntrack::fast {

/// The state after an event, given as its place in the front-end's list `states`, and what the row's action made.
template <class D, class Outcome>
struct SmallDecision {
    typename D::Word next;
    Outcome outcome;

    friend constexpr SmallDecision choose(const typename D::Bit& c, const SmallDecision& a, const SmallDecision& b) {
        return {D::select(c, a.next, b.next), choose(c, a.outcome, b.outcome)};
    }
};

namespace detail {

template <class Event>
struct ConcernsEvent {
    template <class Row>
    using fn = std::is_same<typename machines::reading::RowParts<Row>::Event, Event>;
};

template <class FrontEnd, class State, class D>
constexpr typename D::Word place_of() {
    return D::word(static_cast<std::uint32_t>(boost::mp11::mp_find<typename FrontEnd::states, State>::value));
}

template <class FrontEnd, class D, class Step, class Outcome>
constexpr SmallDecision<D, Outcome> first_of(boost::mp11::mp_list<>, const typename D::Word& from, const Step&,
                                             const Outcome& nothing) {
    if constexpr (std::is_same_v<typename D::Bit, bool> && !requires { FrontEnd::leaves_misfits; })
        assert(false && "a small machine has a row for every state and event");
    return {from, nothing};
}

/// The first row that concerns the state and whose guard holds. A row without an action leaves `nothing`.
template <class FrontEnd, class D, class Step, class Outcome, class Row, class... Rows>
constexpr SmallDecision<D, Outcome> first_of(boost::mp11::mp_list<Row, Rows...>, const typename D::Word& from,
                                             const Step& step, const Outcome& nothing) {
    using Parts = machines::reading::RowParts<Row>;
    using machines::reading::is_none;
    const auto holds = [&] {
        const auto here = from == place_of<FrontEnd, typename Parts::Source, D>();
        if constexpr (is_none<typename Parts::Guard>)
            return here;
        else
            return here && Parts::Guard::template holds<D>(step);
    };
    const auto take = [&]() -> SmallDecision<D, Outcome> {
        const auto to = [&] {
            if constexpr (is_none<typename Parts::Target>)
                return from;
            else
                return place_of<FrontEnd, typename Parts::Target, D>();
        };
        if constexpr (is_none<typename Parts::Action>)
            return {to(), nothing};
        else
            return {to(), Parts::Action::template apply<D>(step)};
    };
    return either_way<D>(holds(), take,
                         [&] { return first_of<FrontEnd, D>(boost::mp11::mp_list<Rows...>{}, from, step, nothing); });
}

}  // namespace detail

/// One event.
template <class FrontEnd, class Event, class D, class Step, class Outcome>
constexpr SmallDecision<D, Outcome> decide_small(const typename D::Word& from, const Step& step,
                                                 const Outcome& nothing) {
    using Rows = boost::mp11::mp_copy_if_q<typename FrontEnd::rows, detail::ConcernsEvent<Event>>;
    return detail::first_of<FrontEnd, D>(Rows{}, from, step, nothing);
}

/// The same where the state has a type of its own, and changes in place.
template <class FrontEnd, class Event, class State, class Step, class Outcome>
constexpr void run_small(State& state, const Step& step, Outcome& outcome) {
    const auto decision = decide_small<FrontEnd, Event, Concrete>(static_cast<std::uint32_t>(state), step, outcome);
    state = static_cast<State>(decision.next);
    outcome = decision.outcome;
}

}  // namespace conntrack::fast

// Reads the rows of a small machine (flow, request count, life) with mp11: which row is the first that holds for a
// state, an event and a step.
#pragma once

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <boost/msm/front/functor_row.hpp>
#include <string>
#include <type_traits>
#include <vector>

#include "tests/model/machines/functor_name.hpp"

namespace conntrack::testing {

template <class Step, class Outcome>
struct SmallRow {
    std::size_t from, to;  // places in the machine's list `states`
    std::size_t event;     // place in the list of events that is asked for
    bool (*holds)(const Step&);
    Outcome (*apply)(const Step&, const Outcome& nothing_done);
    std::string text;
};

namespace detail {

template <class FrontEnd, class Events, class Step, class Outcome, class Row>
SmallRow<Step, Outcome> read_small_row() {
    using boost::msm::front::none;
    using States = typename FrontEnd::states;
    using Target =
        std::conditional_t<std::is_same_v<typename Row::Target, none>, typename Row::Source, typename Row::Target>;
    using Guard = typename Row::Guard;
    using Action = typename Row::Action;
    SmallRow<Step, Outcome> out{boost::mp11::mp_find<States, typename Row::Source>::value,
                                boost::mp11::mp_find<States, Target>::value,
                                boost::mp11::mp_find<Events, typename Row::Evt>::value,
                                nullptr,
                                nullptr,
                                functor_name<typename Row::Source>() + " on " + functor_name<typename Row::Evt>() +
                                    " -> " + functor_name<Target>() + ", " + functor_name<Action>() + " if " +
                                    functor_name<Guard>()};
    if constexpr (std::is_same_v<Guard, none>)
        out.holds = [](const Step&) { return true; };
    else
        out.holds = [](const Step& step) { return Guard::template holds<Concrete>(step); };
    if constexpr (std::is_same_v<Action, none>)
        out.apply = [](const Step&, const Outcome& nothing_done) { return nothing_done; };
    else
        out.apply = [](const Step& step, const Outcome&) { return Action::template apply<Concrete>(step); };
    return out;
}

}  // namespace detail

/// The rows of a front-end in the order in which they are tried. Events is the list in which events are numbered.
template <class FrontEnd, class Events, class Step, class Outcome>
std::vector<SmallRow<Step, Outcome>> read_small() {
    std::vector<SmallRow<Step, Outcome>> out;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, typename FrontEnd::rows>>(
        [&](auto row) {
            using Row = typename decltype(row)::type;
            out.push_back(detail::read_small_row<FrontEnd, Events, Step, Outcome, Row>());
        });
    return out;
}

template <class Step, class Outcome>
const SmallRow<Step, Outcome>* first_that_holds(const std::vector<SmallRow<Step, Outcome>>& rows, std::size_t from,
                                                std::size_t event, const Step& step) {
    for (const auto& row : rows)
        if (row.from == from && row.event == event && row.holds(step)) return &row;
    return nullptr;
}

}  // namespace conntrack::testing

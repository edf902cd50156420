// Reads the rows of a small machine (flow, request count, life) with mp11, for whichever domain its guards and actions
// are asked in.
#pragma once

#include "model/machines/reading/row_parts.hpp"

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <functional>
#include <vector>

namespace conntrack::machines::reading {

template <class D, class Step, class Outcome>
struct SmallRow {
    std::size_t from, to;  // places in the machine's list `states`
    std::size_t event;     // place in the list of events that is asked for
    std::function<typename D::Bit(const Step&)> holds;
    std::function<Outcome(const Step&, const Outcome& nothing_done)> apply;
    std::string text;
};

namespace detail {

template <class FrontEnd, class Events, class D, class Step, class Outcome, class Parts>
SmallRow<D, Step, Outcome> read_small_row() {
    using States = typename FrontEnd::states;
    using Target = std::conditional_t<is_none<typename Parts::Target>, typename Parts::Source, typename Parts::Target>;
    using Guard = typename Parts::Guard;
    using Action = typename Parts::Action;
    SmallRow<D, Step, Outcome> out{boost::mp11::mp_find<States, typename Parts::Source>::value,
                                   boost::mp11::mp_find<States, Target>::value,
                                   boost::mp11::mp_find<Events, typename Parts::Event>::value,
                                   nullptr,
                                   nullptr,
                                   type_name<typename Parts::Source>() + " on " + type_name<typename Parts::Event>() +
                                       " -> " + type_name<Target>() + ", " + type_name<Action>() + " if " +
                                       type_name<Guard>()};
    if constexpr (is_none<Guard>)
        out.holds = [](const Step&) { return D::bit(true); };
    else
        out.holds = [](const Step& step) { return Guard::template holds<D>(step); };
    if constexpr (is_none<Action>)
        out.apply = [](const Step&, const Outcome& nothing_done) { return nothing_done; };
    else
        out.apply = [](const Step& step, const Outcome&) { return Action::template apply<D>(step); };
    return out;
}

}  // namespace detail

/// The rows of a front-end in the order in which they are tried. Events is the list in which events are numbered.
template <class FrontEnd, class Events, class D, class Step, class Outcome>
std::vector<SmallRow<D, Step, Outcome>> read_small() {
    std::vector<SmallRow<D, Step, Outcome>> out;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, typename FrontEnd::rows>>(
        [&](auto row) {
            using Parts = RowParts<typename decltype(row)::type>;
            out.push_back(detail::read_small_row<FrontEnd, Events, D, Step, Outcome, Parts>());
        });
    return out;
}

}  // namespace conntrack::machines::reading

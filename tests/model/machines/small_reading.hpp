// Which row of a small machine is the first that holds for a state, an event and a step.
#pragma once

#include "model/machines/reading/read_small.hpp"
#include "spec/domain.hpp"

namespace conntrack::testing {

template <class Step, class Outcome>
using SmallRow = machines::reading::SmallRow<Concrete, Step, Outcome>;

/// The rows of a front-end in the order in which they are tried.
template <class FrontEnd, class Events, class Step, class Outcome>
std::vector<SmallRow<Step, Outcome>> read_small() {
    return machines::reading::read_small<FrontEnd, Events, Concrete, Step, Outcome>();
}

template <class Step, class Outcome>
const SmallRow<Step, Outcome>* first_that_holds(const std::vector<SmallRow<Step, Outcome>>& rows, std::size_t from,
                                                std::size_t event, const Step& step) {
    for (const auto& row : rows)
        if (row.from == from && row.event == event && row.holds(step)) return &row;
    return nullptr;
}

}  // namespace conntrack::testing

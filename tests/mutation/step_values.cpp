#include "tests/mutation/step_values.hpp"

#include <cassert>

namespace conntrack::testing {

tcp::Outcome<Concrete> outcome_of(const Numbers& numbers) {
    auto at = numbers.begin() + 1;
    const auto word = [&] { return static_cast<std::uint32_t>(*at++); };
    const auto bit = [&] { return *at++ != 0; };
    // The elements of a braced list are evaluated in their order.
    const auto peer = [&] { return tcp::Peer<Concrete>{word(), word(), word(), word(), word(), word(), word()}; };
    const auto last = [&] {
        return tcp::Last<Concrete>{word(), word(), word(), word(), word(), word(), word(), word()};
    };
    const tcp::Outcome<Concrete> out{{peer(), peer(), last(), word()},
                                     static_cast<Clause>(word()),
                                     bit(),
                                     bit(),
                                     bit(),
                                     bit(),
                                     bit(),
                                     bit(),
                                     word(),
                                     bit(),
                                     bit(),
                                     bit()};
    assert(at == numbers.end());
    assert(numbers_of(static_cast<tcp::State>(numbers.front()), out) == numbers);
    return out;
}

}  // namespace conntrack::testing

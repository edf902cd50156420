// A decision that the engine makes by a branch and a proof by a choice between both ways. What decides stands in
// templates over the value domain that use it, so that a proof reads what runs.
#pragma once

#include "spec/domain.hpp"

#include <type_traits>

namespace conntrack::fast {

/// With bool for a Bit only one of the two is evaluated; else both are, and choose() picks, which the domain has for
/// every type of outcome.
template <class D, class Then, class Otherwise>
constexpr auto either_way(const typename D::Bit& condition, const Then& then, const Otherwise& otherwise) {
    if constexpr (std::is_same_v<typename D::Bit, bool>)
        return condition ? then() : otherwise();
    else
        return choose(condition, then(), otherwise());
}

}  // namespace conntrack::fast

// The five types of a Boost.MSM row and their names: what everything that reads a transition table begins with.
#pragma once

#include <boost/core/demangle.hpp>
#include <boost/msm/front/functor_row.hpp>
#include <string>
#include <type_traits>
#include <typeinfo>

namespace conntrack::machines::reading {

/// The parts of a row as the front-end wrote them (Boost.MSM's own typedefs say other things of internal rows).
template <class Row>
struct RowParts;
template <class From, class On, class To, class Do, class If>
struct RowParts<boost::msm::front::Row<From, On, To, Do, If>> {
    using Source = From;
    using Event = On;
    using Target = To;
    using Action = Do;
    using Guard = If;
};

template <class T>
constexpr bool is_none = std::is_same_v<T, boost::msm::front::none>;

/// "SynSent", without namespaces.
template <class T>
std::string type_name() {
    const std::string name = boost::core::demangle(typeid(T).name());
    return name.substr(name.rfind(':') + 1);
}

}  // namespace conntrack::machines::reading

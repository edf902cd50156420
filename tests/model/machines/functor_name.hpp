// The name of a guard or action, for the messages of failing tests.
#pragma once

#include <boost/core/demangle.hpp>
#include <string>
#include <typeinfo>

namespace conntrack::testing {

template <class Functor>
std::string functor_name() {
    const std::string full = boost::core::demangle(typeid(Functor).name());
    const auto colon = full.rfind(':');
    return colon == std::string::npos ? full : full.substr(colon + 1);
}

}  // namespace conntrack::testing

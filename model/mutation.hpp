// Points at which the executed model can be made to err on purpose, to see that a comparison notices. In an ordinary
// build they are empty; where the model is compiled with CTORACLE_MUTANTS, one mutant may be chosen at run time.
#pragma once

#ifdef CTORACLE_MUTANTS
#include "model/mutants.hpp"
#else

#include "spec/time.hpp"

namespace conntrack::mutation {

inline namespace none {

constexpr void before_tcp(const auto& /*step*/) {}
constexpr void after_tcp(const auto& /*outcome*/) {}
constexpr void before_flow(const auto& /*step*/) {}
constexpr void after_flow(const auto& /*outcome*/, const auto& /*dir*/) {}
constexpr bool error_of(bool stranger) { return stranger; }
constexpr Time expiry(Time now) { return now; }
constexpr bool keeps_taken_ports() { return false; }

}  // namespace none

}  // namespace conntrack::mutation

#endif

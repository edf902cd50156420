// Entries, tuples and events in the form that the C library shows.
#pragma once

#include "libctoracle/ctoracle.h"
#include "model/observers.hpp"
#include "spec/edition.hpp"
#include "spec/verdict.hpp"

#include <optional>

namespace conntrack::library {

ctoracle_state state_for_c(const std::optional<CtInfo>& info);
ctoracle_tuple tuple_for_c(const Tuple& tuple);
/// Nothing: its family is neither 4 nor 6.
std::optional<Tuple> tuple_from_c(const ctoracle_tuple& tuple);
ctoracle_entry entry_for_c(const Entry& entry, const Edition& edition, Time now);
/// Without its entry.
ctoracle_event event_for_c(const Notice& notice);

}  // namespace conntrack::library

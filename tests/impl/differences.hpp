// What a fast tracker and the model say differently.
#pragma once

#include "impl/tracker.hpp"
#include "model/tracker.hpp"

#include <string>

namespace conntrack::testing {

/// Empty: they agree.
std::string difference(const Verdict& model, const Verdict& fast);
std::string difference(const Entry& model, const fast::Entry& fast);

/// Every listed entry, in order, and every one outside the table.
std::string difference(const Tracker& model, const fast::Tracker& fast);

}  // namespace conntrack::testing

// The entries of a running tracker as the invariants look at them.
#pragma once

#include "model/tracker.hpp"
#include "spec/invariants/all.hpp"

#include <map>
#include <string>
#include <vector>

namespace conntrack::testing {

using invariant::EntryView;
using Carriers = std::map<EntryId, std::uint32_t>;  // packets in flight, by the entry they carry

/// Every entry that exists. `largest` holds the largest value that each setting has had so far.
std::vector<EntryView> views_of(const Tracker& tracker, Time now, const Carriers& carriers, const Settings& largest);

/// One entry. It carries no mark that its bindings were forgotten.
EntryView view_of(const Tracker& tracker, const Entry& entry, Time now, const Carriers& carriers,
                  const Settings& largest);

/// The largest timeout in seconds that an entry of this kind may be given.
std::uint32_t longest_timeout(L4Tracker tracker, const Settings& settings);

/// The invariants that do not hold, by name and entry; empty: all hold.
std::string violations(const std::vector<EntryView>& views);

/// The same of what happened between two looks at the entries.
std::string broken_steps(const std::vector<EntryView>& before, const std::vector<EntryView>& after);

}  // namespace conntrack::testing

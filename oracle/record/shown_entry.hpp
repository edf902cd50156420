// What of an entry, and of what observers hear, a recording of the model shows.
#pragma once

#include "model/observers.hpp"
#include "oracle/record/shown.hpp"
#include "spec/edition.hpp"

namespace conntrack::oracle {

ShownTuple shown_tuple(const Tuple& tuple, L4Tracker tracker);
ShownEntry shown_entry(const Entry& entry, const Edition& edition, Time now);
ShownNotice shown_notice(const Notice& notice, const NoticeSwitches& rules);
ShownExpectation shown_expectation(const expect::Expectation& expectation, Time now);
ShownNotice shown_notice(const expect::Notice& notice);

}  // namespace conntrack::oracle

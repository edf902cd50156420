// Times, entries and events in few words, for lines that people read.
#pragma once

#include "model/entry.hpp"
#include "model/observers.hpp"
#include "spec/edition.hpp"
#include "spec/time.hpp"

#include <string>
#include <string_view>

namespace conntrack::oracle {

/// "2026-11-23 01:27:31.123456" (UTC) for a time since 1970.
std::string absolute_time_text(Time time);
/// "12.500000" for a time since a scenario's start.
std::string relative_time_text(Time time);

/// "entry 3 SYN_SENT 120s [UNREPLIED] zone=5 mark=7". An entry that has left the table says so, in the words of `gone`.
std::string entry_text(const Entry& entry, const Edition& edition, Time now, std::string_view gone = "deleted");
/// "entry 3"; "filler": one of those that a step added, which have no numbers.
std::string entry_name(const Entry& entry);
/// "tcp 10.0.0.2:1000 > 192.0.2.2:80": its original tuple.
std::string flow_text(const Entry& entry);
/// "NEW+PROTOINFO".
std::string mask_text(EventMask mask);

}  // namespace conntrack::oracle

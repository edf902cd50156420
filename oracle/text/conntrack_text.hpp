// Entries and events in the words of the conntrack program (conntrack-tools 1.4.7, libnetfilter_conntrack 1.0.9), byte
// for byte, for what an edition's ctnetlink would send it. linux-2.6.9 has no ctnetlink: there it is the same text of
// what the model knows.
#pragma once

#include "model/observers.hpp"
#include "spec/edition.hpp"

#include <string>

namespace conntrack::oracle {

/// One line of `conntrack -E`, without its newline. An event that user space caused (a delete, a flush) ends in
/// " [USERSPACE]"; the program adds portid= and progname= of the process behind it, which a model does not have.
std::string conntrack_event_line(const Notice& notice, const Edition& edition, const NoticeSwitches& switches,
                                 bool user_space_cause);

/// One line of `conntrack -L`, without its newline.
std::string conntrack_list_line(const Entry& entry, const Edition& edition, Time now);

}  // namespace conntrack::oracle

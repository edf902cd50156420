// The state machines of the model as tables of text.
#pragma once

#include "oracle/diagram/state_table.hpp"
#include "spec/edition.hpp"

namespace conntrack::oracle {

StateTable tcp_table(EditionId edition);
StateTable sctp_table(EditionId edition);
/// Generic tracking, entries and ICMP counting are one machine each, whatever the edition; the title names it.
StateTable generic_table(EditionId edition);
StateTable entry_table(EditionId edition);
StateTable icmp_table(EditionId edition);

}  // namespace conntrack::oracle

// The life of an entry, run from the transition table of its machine. The events are functions, so that the table is
// read in one source file.
#pragma once

#include "impl/packed_entry.hpp"

namespace conntrack::fast::lives {

void hold(PackedEntry& entry);     // a packet takes a reference
void release(PackedEntry& entry);  // a packet drops its reference
void confirm(PackedEntry& entry);  // the first packet passed the confirm hook
void remove(PackedEntry& entry);   // out of the table
void condemn(PackedEntry& entry);  // it never will be confirmed

}  // namespace conntrack::fast::lives

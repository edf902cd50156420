// An SCTP entry, and what a packet of one chunk makes of it, as the packet path does. A test holds it against the
// running tracker.
#pragma once

#include "proofs/semantics.hpp"

#include <optional>
#include <string>

namespace conntrack::proofs {

/// What a packet of one chunk does to an association; `step.old` NONE: it is an entry's first. The state that an
/// accepted one leads to is the relation's target(); of a first packet that of the state it is handled in.
struct SctpMet {
    Bit accepted;
    Bit passed_over;  // accepted, without a look at the state
    Association association;
    std::optional<sctp::State> to;  // if accepted and not passed over; nothing: it never is
    bool assures;                   // if accepted and not passed over
    bool keeps_timer;               // likewise
};
SctpMet meet(const Semantics& semantics, const ChunkStep& step);

/// An entry that some packet finds. NONE: the packet makes it.
struct SctpEntry {
    sctp::State state;
    Association association;
    Bit seen_reply, assured;
    Time64 deadline;
};
SctpEntry new_sctp_entry();
/// Variables, their names beginning with `name`.
SctpEntry any_sctp_entry(const std::string& name, sctp::State state);
SctpTimeouts free_sctp_timeouts();

/// What comes of it. The entry after the packet is only there if it is not gone.
struct SctpEntryMet {
    Bit invalid, gone;
    Word info;  // a CtInfo number
    Word next;  // the state after the packet
    Association association;
    Bit refreshed, seen_reply, assured;
    Time64 deadline;
};
/// `chunk`: alone in its packet; what it says of state and association is not looked at.
SctpEntryMet meet(const Semantics& semantics, const SctpTimeouts& timeouts, const SctpEntry& entry,
                  const ChunkStep& chunk, const Time64& now);

}  // namespace conntrack::proofs

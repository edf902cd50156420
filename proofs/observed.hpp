// What can be seen of a TCP packet and of its entry afterwards: the verdict, and what `conntrack -L` shows.
#pragma once

#include "proofs/tcp_entry.hpp"

namespace conntrack::proofs {

struct Observed {
    Bit dropped;
    Word info, dir;  // CtInfo and Direction; of no meaning if the packet was dropped, the latter also if it is INVALID
    Bit stands;      // there is an entry
    Word state;      // of the entry, like what follows
    Bit seen_reply, assured;
    Time64 deadline;
    Connection connection;
};

/// Of a packet that is tracked again from the start, what becomes of it then.
Observed observe(const Semantics& semantics, const TcpSettings& settings, const TcpPacket& packet, const TcpMet& met);

/// Nobody could tell them apart who sees no window data.
Bit look_alike(const Observed& a, const Observed& b);

}  // namespace conntrack::proofs

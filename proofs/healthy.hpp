// A healthy connection in its data phase: what attacks are measured against. That packets reach it, and that data and
// acknowledgements keep it, is the theorem a_healthy_connection_stays_healthy.
#pragma once

#include "proofs/tcp_entry.hpp"

namespace conntrack::proofs {

/// ESTABLISHED, ASSURED, opened by a handshake, both sides known, windows and edges in order.
Bit healthy(const Semantics& semantics, const TcpEntry& entry);
/// The same, part by part: a proof of one is easier than a proof of all.
std::vector<std::pair<std::string, Bit>> healthy_parts(const Semantics& semantics, const TcpEntry& entry);

/// Both sides were met and are tested, their windows are at most 2^28, and no edge lies further than 2^29 from what was
/// sent.
Bit edges_are_sane(const Semantics& semantics, const TcpEntry& entry);

inline constexpr std::uint32_t largest_window = 1u << 28;

/// Neither side is let through the window test.
Bit nobody_is_liberal(const TcpEntry& entry);

/// What a packet acknowledges at most: by its SACK blocks, if the other side takes them.
Word highest_acknowledged(const TcpEntry& entry, const TcpPacket& packet);
/// The oldest that it may acknowledge: what the other side has sent less its own window, or 66000 if that is more.
Word oldest_to_acknowledge(const TcpEntry& entry, Direction dir);

/// `value` lies in the interval of sequence numbers from `low` to `high`, both included.
Bit between(const Word& low, const Word& value, const Word& high);

/// The settings without which anything would pass: be_liberal and ignore_invalid_rst off.
TcpSettings strict_settings();

}  // namespace conntrack::proofs

// A cell: an old state and a kind of packet. What comes of it as terms, so that two semantics can be compared.
#pragma once

#include "proofs/tcp_entry.hpp"

#include <compare>
#include <optional>
#include <vector>

namespace conntrack::proofs {

struct Cell {
    tcp::State old;
    Direction dir;
    tcp::PacketClass cls;
    auto operator<=>(const Cell&) const = default;
};

/// The same of the SCTP machine. `dir`: nothing: a chunk of a first packet, looked up.
struct SctpCell {
    sctp::State old;
    std::optional<Direction> dir;
    sctp::ChunkKind kind;
    auto operator<=>(const SctpCell&) const = default;
};

/// Every cell that an entry and a packet can meet in, those of first packets among them.
std::vector<Cell> all_cells(const Edition& edition);

/// Any entry, any packet and any settings, and what comes of them.
struct Meeting {
    TcpEntry entry;
    TcpPacket packet;
    TcpSettings settings;
    TcpMet met;
};
Meeting meet_in(const Semantics& semantics, const Cell& cell);

/// What anybody could notice of a meeting, at once or later; not the clause that is named for it. Where the entry is
/// gone, nothing of it counts.
std::vector<Ref> behaviour(const TcpMet& met);

/// What an entry and a packet that meet in reality satisfy.
Bit is_real(const Semantics& semantics, const Meeting& meeting);

}  // namespace conntrack::proofs

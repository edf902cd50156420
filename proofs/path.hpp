// Packets that meet one TCP entry one after the other.
#pragma once

#include "proofs/tcp_entry.hpp"

#include <array>
#include <vector>

namespace conntrack::proofs {

struct Move {
    Direction dir;
    tcp::PacketClass cls;
};

/// Packets of one entry so far, in one sequence of states.
struct Path {
    std::vector<TcpPacket> packets;
    std::vector<TcpEntry> entries;  // before each packet, and after the last if it stands
    std::vector<TcpMet> met;
    Bit condition = yes();  // under which all this happens

    [[nodiscard]] const TcpPacket& last() const { return packets.back(); }
    [[nodiscard]] const TcpMet& last_met() const { return met.back(); }
    [[nodiscard]] const TcpEntry& before_last() const { return entries[packets.size() - 1]; }
};

/// A path on which nothing has happened yet.
Path from_entry(const TcpEntry& entry);
/// The path with one packet more; it does not say yet what became of the entry.
Path with_packet(const Semantics& semantics, const TcpSettings& settings, const Path& path, const TcpPacket& packet);
/// The case in which the entry stands after the last packet, in that state.
Path in_state(const Path& path, tcp::State state);

struct Leg {
    Move move;
    tcp::State to;
};
/// The path of an entry that its first packets make, well-formed ones with names of their own, through those states.
Path walk(const Semantics& semantics, const TcpSettings& settings, const std::vector<Leg>& legs);

/// By direction: the sequence number that comes next in a connection of which these packets were seen.
std::array<Word, 2> next_numbers(const std::vector<TcpPacket>& packets);
/// The next packet of a connection in which each side begins at a round number, acknowledges what it got, and sends
/// nothing else.
TcpPacket usual_packet(const std::vector<TcpPacket>& before, const Move& move);
/// walk() with such packets.
Path usual_walk(const Semantics& semantics, const TcpSettings& settings, const std::vector<Leg>& legs);

/// SYN, SYN/ACK, ACK.
std::vector<Leg> handshake();

}  // namespace conntrack::proofs

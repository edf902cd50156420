// A TCP entry and what a packet makes of it, as the packet path does: the TCP machine, generic tracking, the timer and
// the state of the packet, put together. A test holds it against the running tracker.
#pragma once

#include "proofs/semantics.hpp"
#include "spec/verdict.hpp"

#include <span>
#include <string>

namespace conntrack::proofs {

/// An entry that some packet finds. State, direction and class are cases of a proof, never variables.
struct TcpEntry {
    tcp::State state;
    Connection connection;
    Bit seen_reply, assured, fixed_timeout;
    Time64 deadline;
};

struct TcpPacket {
    Direction dir;
    tcp::PacketClass cls;
    Segment segment;
    Time64 now;
};

/// What comes of it. The entry after the packet is only there if neither it was erased nor, being new, INVALID.
struct TcpMet {
    TcpResult result;
    Bit invalid, dropped, repeated, gone;
    Word info;  // a CtInfo number; of no meaning if the packet was dropped or repeated
    Bit seen_reply, assured;
    Time64 deadline;

    [[nodiscard]] Bit in(tcp::State state) const { return result.next == word(static_cast<std::uint32_t>(state)); }
    [[nodiscard]] Bit is(CtInfo wanted) const;
    /// The packet was neither INVALID nor ignored, and the entry still stands.
    [[nodiscard]] Bit accepted() const { return result.moved && !invalid && !gone; }
};

TcpMet meet(const Semantics& semantics, const TcpSettings& settings, const TcpEntry& entry, const TcpPacket& packet);
/// The step that the rules are asked about, and as the machine is given it. It points to edition and settings.
TcpStep step_of(const Edition& edition, const TcpSettings& settings, const TcpEntry& entry, const TcpPacket& packet);
TcpJudged judge(const Semantics& semantics, const TcpSettings& settings, const TcpEntry& entry,
                const TcpPacket& packet);
/// The entry after the packet, for the case that it is in `state` then.
TcpEntry after(const TcpEntry& before, const TcpMet& met, tcp::State state);
/// What the first packet finds.
TcpEntry new_entry();

/// From where the sequence numbers of a side are told: what it has sent (td_end), or what the other side has
/// acknowledged (its td_maxack). Either way they are any numbers at all; but differences from there cancel in the
/// formulas, and differences are nearly all that rules look at. A proof takes the origin that suits it.
enum class Origin : std::uint8_t { sent, acknowledged };

/// Variables, their names beginning with `name`.
TcpEntry any_entry(const std::string& name, tcp::State state, Origin origin = Origin::sent);
TcpPacket any_packet(const std::string& name, Direction dir, tcp::PacketClass cls);
/// Any packet too, its numbers told from those of the entry.
TcpPacket any_packet_for(const TcpEntry& entry, const std::string& name, Direction dir, tcp::PacketClass cls,
                         Origin origin = Origin::sent);

/// What decoding and the flag check let through: the bits of the class, lengths, options.
Bit well_formed(const TcpPacket& packet);
/// The invariants of spec/invariants that a TCP entry keeps, those proved by tcp_invariants_are_kept.
Bit invariants_hold(const Semantics& semantics, const TcpEntry& entry);

/// The two of them that speak of windows seen. They are kept while no window has grown to 2^31.
Bit sides_are_seen(const Semantics& semantics, const TcpEntry& entry);
Bit windows_below(const TcpEntry& entry, std::uint32_t limit);

/// Two sides or connections in every field.
Bit same(const tcp::Peer<Symbolic>& a, const tcp::Peer<Symbolic>& b);
Bit same(const tcp::Last<Symbolic>& a, const tcp::Last<Symbolic>& b);
Bit same(const Connection& a, const Connection& b);

/// The classes that the flag check lets through, and every state an entry may be in.
std::span<const tcp::PacketClass> packet_classes();
std::span<const tcp::State> entry_states(const Edition& edition);

/// "ESTABLISHED, original rst".
std::string cell_name(const Edition& edition, tcp::State state, Direction dir, tcp::PacketClass cls);

/// Calls visit(state, dir, cls) for every cell an entry and a packet can meet in.
template <class Visit>
void each_cell(const Edition& edition, Visit visit) {
    for (const tcp::State state : entry_states(edition))
        for (const Direction dir : {Direction::original, Direction::reply})
            for (const tcp::PacketClass cls : packet_classes()) visit(state, dir, cls);
}
/// The same for those cells that the semantics look at.
template <class Visit>
void each_cell(const Semantics& semantics, Visit visit) {
    each_cell(semantics.edition, [&](tcp::State state, Direction dir, tcp::PacketClass cls) {
        if (!semantics.looks_at || semantics.looks_at(state, dir, cls)) visit(state, dir, cls);
    });
}
/// Calls visit(cls) for every class that the first packet of an entry may be of.
template <class Visit>
void each_first_class(const Semantics& semantics, Visit visit) {
    for (const tcp::PacketClass cls : packet_classes())
        if (!semantics.looks_at || semantics.looks_at(tcp::State::none, Direction::original, cls)) visit(cls);
}

}  // namespace conntrack::proofs

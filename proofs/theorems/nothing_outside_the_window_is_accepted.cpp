#include "proofs/healthy.hpp"
#include "proofs/theorems/all.hpp"
#include "spec/tcp/guards.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

constexpr std::uint32_t quarter_range = 1u << 30;

Bit not_after(const Word& a, const Word& b) { return !Symbolic::after(a, b); }

/// Where the segment may lie: van Rooij's four bounds, with each edition's notion of the segment's place.
struct Bounds {
    Bit begins, ends, acknowledges_no_more, acknowledges_no_less;
};

Bounds bounds(const Edition& edition, const TcpEntry& entry, const TcpPacket& packet) {
    const auto& tcp = edition.tcp;
    const Segment& segment = packet.segment;
    const auto& sender = tcp::side(entry.connection, packet.dir);
    const auto& receiver = tcp::side(entry.connection, other(packet.dir));
    const Word highest = highest_acknowledged(entry, packet);
    const Word behind = sender.td_end - receiver.td_maxwin;
    const Word oldest = oldest_to_acknowledge(entry, packet.dir);
    // What occupies no sequence number is only looked at by linux-6.18, and what begins before the edge is cut off
    // there by linux-2.6.9.
    const Bit nowhere = Symbolic::bit(tcp.move_empty != MoveEmpty::reset_of_syn_sent) && segment.seq == segment.end;
    const Bit before_edge = tcp.trims_to_window ? Symbolic::before(segment.seq, sender.td_maxend)
                                                : not_after(segment.seq, sender.td_maxend);
    return {.begins = nowhere || before_edge,
            .ends = nowhere || not_after(behind, tcp.tests_seq_below ? segment.seq : segment.end),
            .acknowledges_no_more = not_after(highest, receiver.td_end),
            .acknowledges_no_less =
                tcp.tests_ack_below ? Symbolic::before(oldest, segment.ack) : not_after(oldest, highest)};
}

/// The entry is one whose packets are tested.
Bit is_tested(const Statement& s, const TcpEntry& entry, const TcpPacket& packet) {
    const Word& sent = tcp::side(entry.connection, packet.dir).td_end;
    return edges_are_sane(s.semantics(), entry) && well_formed(packet) && nobody_is_liberal(entry) &&
           between(sent - word(quarter_range), packet.segment.seq, sent + word(quarter_range));
}

void in_cell(Statement& s, const TcpEntry& entry, const TcpPacket& packet) {
    const auto met = meet(s.semantics(), strict_settings(), entry, packet);
    const auto name = cell_name(s.edition(), entry.state, packet.dir, packet.cls);
    const Bounds within = bounds(s.edition(), entry, packet);
    const Bit tested = is_tested(s, entry, packet);
    s.prove(name + ": begins no later than it may", tested, implies(met.accepted(), within.begins));
    s.prove(name + ": is no older than a window", tested, implies(met.accepted(), within.ends));
    s.prove(name + ": acknowledges nothing that was not sent", tested,
            implies(met.accepted(), within.acknowledges_no_more));
    s.prove(name + ": acknowledges nothing older than a window", tested,
            implies(met.accepted(), within.acknowledges_no_less));
}

/// A RST that is not let in by another door.
void reset_in_cell(Statement& s, const TcpEntry& entry, const TcpPacket& packet) {
    const auto& tcp = s.edition().tcp;
    if (tcp.validates_reset_exactly && tcp::is_closing(entry.state)) return;  // linux-6.18 asks nothing there
    const auto met = meet(s.semantics(), strict_settings(), entry, packet);
    const auto step = judge(s.semantics(), strict_settings(), entry, packet).step;
    const Bit other_door = Symbolic::bit(tcp.tracks_maxack) && tcp::reset_skips_window<Symbolic>(step);
    const Bit tells = packet.segment.ack_flag && packet.segment.ack != word(0);
    s.prove(cell_name(s.edition(), entry.state, packet.dir, packet.cls) + ": acknowledges nothing that was not sent",
            is_tested(s, entry, packet),
            implies(met.accepted() && tells && !other_door, bounds(s.edition(), entry, packet).acknowledges_no_more));
}

/// A SYN of a side that a refused packet made known: it acknowledges nothing, but may not be old.
void crossing_syn_in_cell(Statement& s, const TcpEntry& entry, const TcpPacket& packet) {
    const auto met = meet(s.semantics(), strict_settings(), entry, packet);
    s.prove(cell_name(s.edition(), entry.state, packet.dir, packet.cls) + ": is no older than a window",
            is_tested(s, entry, packet), implies(met.accepted(), bounds(s.edition(), entry, packet).ends));
}

void state(Statement& s) {
    each_cell(s.semantics(), [&](State old, Direction dir, PacketClass cls) {
        if (cls == PacketClass::rst && old != State::syn_sent && old != State::syn_sent2) {
            const auto entry = any_entry("e", old);
            reset_in_cell(s, entry, any_packet_for(entry, "p", dir, cls));
        }
        if (old == State::syn_sent && dir == Direction::reply && cls == PacketClass::syn) {
            const auto entry = any_entry("e", old);
            crossing_syn_in_cell(s, entry, any_packet_for(entry, "p", dir, cls));
        }
        if (old == State::syn_sent || old == State::syn_sent2 || old == State::syn_recv) return;
        if (cls != PacketClass::ack && cls != PacketClass::fin) return;
        const auto entry = any_entry("e", old);
        in_cell(s, entry, any_packet_for(entry, "p", dir, cls));
    });
}

// --- and the other way round

void state_within(Statement& s) {
    each_cell(s.semantics(), [&](State old, Direction dir, PacketClass cls) {
        if (old != State::established || cls != PacketClass::ack) return;
        const auto entry = any_entry("e", old);
        const auto packet = any_packet_for(entry, "p", dir, cls);
        const auto met = meet(s.semantics(), strict_settings(), entry, packet);
        const Bounds within = bounds(s.edition(), entry, packet);
        const Bit has_data = packet.segment.seq != packet.segment.end;
        s.prove(cell_name(s.edition(), old, dir, cls), is_tested(s, entry, packet) && has_data,
                implies(within.begins && within.ends && within.acknowledges_no_more && within.acknowledges_no_less,
                        met.accepted()));
    });
}

void ask_for_more(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.guard == "WindowAccepts")
            row.holds = [](const TcpJudged& j) { return j.window.accept && j.step.segment.ack != word(1); };
}

void test_nothing(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.guard == "WindowAccepts") row.holds = [](const TcpJudged&) { return yes(); };
}

}  // namespace

Theorem nothing_outside_the_window_is_accepted() {
    return {
        .name = "nothing_outside_the_window_is_accepted",
        .sentence =
            "After the handshake, a segment with ACK is only accepted if it begins no later than its sender may, "
            "reaches back no further than the other side's window, acknowledges nothing that was not sent, and "
            "nothing older than its sender's window or 66000, whichever is larger; and the SYN of "
            "the other side that crosses the first one, where a refused packet made its side known, is no older "
            "than a window either.",
        .answers = "What must somebody know who wants to slip data into a connection?",
        .bound = "windows of at most 2^28, edges within 2^29 and numbers within 2^30 of what was sent; be_liberal off",
        .expected = {Result::proved, Result::proved, Result::proved},
        .state = state,
        .defects = {{"the window is not asked", EditionId::linux_2_6_9, test_nothing},
                    {"the window is not asked", EditionId::linux_2_6_32, test_nothing},
                    {"the window is not asked", EditionId::linux_6_18, test_nothing}}};
}

Theorem data_within_the_window_is_accepted() {
    return {.name = "data_within_the_window_is_accepted",
            .sentence =
                "In ESTABLISHED, data with ACK that keeps the bounds of nothing_outside_the_window_is_accepted is "
                "accepted.",
            .answers = "Does the tracker drop anything that the four bounds let pass?",
            .bound = "windows of at most 2^28, edges within 2^29 and numbers within 2^30 of what was sent",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state_within,
            .defects = {{"an ACK of 1 is refused", EditionId::linux_2_6_9, ask_for_more},
                        {"an ACK of 1 is refused", EditionId::linux_2_6_32, ask_for_more},
                        {"an ACK of 1 is refused", EditionId::linux_6_18, ask_for_more}}};
}

}  // namespace conntrack::proofs

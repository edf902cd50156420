#include "proofs/tcp_entry.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

constexpr std::uint32_t grown_window = 0x8000'0000;

void keeps(Statement& s, const TcpEntry& entry, const TcpPacket& packet) {
    const auto met = meet(s.semantics(), free_settings(), entry, packet);
    const bool first = entry.state == tcp::State::none;
    const Bit premise = (Symbolic::bit(first) || invariants_hold(s.semantics(), entry)) && well_formed(packet);
    const Bit seen = premise && (Symbolic::bit(first) ||
                                 (sides_are_seen(s.semantics(), entry) && windows_below(entry, grown_window)));
    Bit kept = yes(), still_seen = yes();
    for (const tcp::State to : entry_states(s.edition())) {
        const auto next = after(entry, met, to);
        const Bit stands = !met.gone && met.in(to);
        kept = kept && implies(stands, invariants_hold(s.semantics(), next));
        still_seen = still_seen && implies(stands, sides_are_seen(s.semantics(), next));
    }
    const auto name = cell_name(s.edition(), entry.state, packet.dir, packet.cls);
    s.prove(name, premise, kept);
    s.prove(name + ": sides are seen", seen, still_seen);
}

void state(Statement& s) {
    each_first_class(s.semantics(),
                     [&](tcp::PacketClass cls) { keeps(s, new_entry(), any_packet("p", Direction::original, cls)); });
    each_cell(s.semantics(), [&](tcp::State old, Direction dir, tcp::PacketClass cls) {
        const auto entry = any_entry("e", old);
        keeps(s, entry, any_packet_for(entry, "p", dir, cls));
    });
}

void lead_to_syn_recv(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.concerns(tcp::State::syn_sent, Direction::original, tcp::PacketClass::syn) && row.to)
            row.to = tcp::State::syn_recv;
}

}  // namespace

Theorem tcp_invariants_are_kept() {
    return {.name = "tcp_invariants_are_kept",
            .sentence =
                "Every packet keeps the invariants of a TCP entry: fields fit their width, a side scales its "
                "window only if it offered to, ASSURED implies SEEN_REPLY, and the sides that sent a SYN were "
                "seen.",
            .answers = "Which states of an entry must other theorems consider?",
            .bound = "that sides were seen: while no window has grown to 2^31, which takes 2^15 packets past the edge",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"a repeated SYN leads to SYN_RECV", EditionId::linux_2_6_9, lead_to_syn_recv},
                        {"a repeated SYN leads to SYN_RECV", EditionId::linux_2_6_32, lead_to_syn_recv},
                        {"a repeated SYN leads to SYN_RECV", EditionId::linux_6_18, lead_to_syn_recv}}};
}

}  // namespace conntrack::proofs

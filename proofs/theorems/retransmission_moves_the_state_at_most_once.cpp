#include "proofs/path.hpp"
#include "proofs/theorems/all.hpp"

#include <set>

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

/// The states that rows lead to from this one, for a packet of that kind.
std::set<State> targets(const Statement& s, State from, Direction dir, PacketClass cls) {
    std::set<State> out;
    for (const TcpRow& row : s.semantics().tcp.rows)
        if (row.concerns(from, dir, cls) && row.to) out.insert(*row.to);
    return out;
}

/// The packet has moved the entry so often, through these states: once more, it must not lead elsewhere. Where no row
/// could, nothing needs to be asked.
void stays(Statement& s, const std::vector<State>& states, const TcpPacket& packet, const TcpEntry& entry) {
    std::string name = cell_name(s.edition(), states.front(), packet.dir, packet.cls);
    for (std::size_t i = 1; i < states.size(); ++i) name += " to " + std::string(tcp::name(states[i], s.edition()));
    const State last = states.back();
    auto elsewhere = targets(s, last, packet.dir, packet.cls);
    elsewhere.erase(last);
    if (elsewhere.empty()) {
        s.prove(name + " and stays: no row leads elsewhere", yes(), yes());
        return;
    }
    Path path = from_entry(entry);
    for (std::size_t i = 1; i < states.size(); ++i)
        path = in_state(with_packet(s.semantics(), free_settings(), path, packet), states[i]);
    const auto met = meet(s.semantics(), free_settings(), path.entries.back(), packet);
    // In linux-2.6.9 an edge of 0 makes a side unknown again.
    const Bit known = Symbolic::bit(!s.edition().tcp.unseen_side_has_zero_end) ||
                      tcp::side(entry.connection, packet.dir).td_maxend != word(0);
    s.prove(name + " and stays", invariants_hold(s.semantics(), entry) && well_formed(packet) && known,
            implies(path.condition && !met.gone && !met.repeated && met.result.moved && !met.invalid, met.in(last)));
}

void state(Statement& s) {
    each_cell(s.semantics(), [&](State old, Direction dir, PacketClass cls) {
        if (cls == PacketClass::rst) return;
        const auto entry = any_entry("e", old);
        const auto packet = any_packet_for(entry, "p", dir, cls);
        for (const State once : targets(s, old, dir, cls)) {
            if (once == old) continue;
            if (cls != PacketClass::fin) {
                stays(s, {old, once}, packet, entry);
                continue;
            }
            for (const State twice : targets(s, once, dir, cls))
                if (twice != once) stays(s, {old, once, twice}, packet, entry);
        }
    });
    // A FIN does move twice.
    const auto opened = usual_walk(s.semantics(), default_settings(s.edition()), handshake());
    const auto fin = usual_packet(opened.packets, {Direction::original, PacketClass::fin});
    const auto once = in_state(with_packet(s.semantics(), default_settings(s.edition()), opened, fin), State::fin_wait);
    const auto twice = in_state(with_packet(s.semantics(), default_settings(s.edition()), once, fin), State::last_ack);
    s.exhibit("a FIN sent twice leads to LAST_ACK", twice.condition);
}

void move_on(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.concerns(State::established, Direction::original, PacketClass::ack) && row.to) row.to = State::fin_wait;
}

}  // namespace

Theorem retransmission_moves_the_state_at_most_once() {
    return {.name = "retransmission_moves_the_state_at_most_once",
            .sentence =
                "A SYN, SYN/ACK or ACK that comes again moves the state no further; a FIN moves it twice at most "
                "(ESTABLISHED, FIN_WAIT, LAST_ACK).",
            .answers = "Do lost acknowledgements lead an entry astray?",
            .bound = "linux-2.6.9: while no edge is 0",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"an ACK moves on from ESTABLISHED", EditionId::linux_2_6_9, move_on},
                        {"an ACK moves on from ESTABLISHED", EditionId::linux_2_6_32, move_on},
                        {"an ACK moves on from ESTABLISHED", EditionId::linux_6_18, move_on}}};
}

}  // namespace conntrack::proofs

#include "proofs/path.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

bool is_opening(State state) {
    return state == State::syn_sent || state == State::syn_recv || state == State::syn_sent2;
}

void state(Statement& s) {
    const auto settings = free_settings();
    const auto stays_opening = [&](const TcpEntry& entry, const TcpPacket& packet, const Bit& premise) {
        const auto met = meet(s.semantics(), settings, entry, packet);
        Bit opening = met.gone || met.repeated;
        for (const State to : entry_states(s.edition()))
            if (is_opening(to)) opening = opening || met.in(to);
        s.prove(cell_name(s.edition(), entry.state, packet.dir, packet.cls), premise && well_formed(packet), opening);
    };
    for (const PacketClass cls : {PacketClass::syn, PacketClass::synack}) {
        stays_opening(new_entry(), any_packet("p", Direction::original, cls), yes());
        for (const State old : entry_states(s.edition())) {
            if (!is_opening(old)) continue;
            const auto entry = any_entry("e", old);
            for (const Direction dir : {Direction::original, Direction::reply})
                stays_opening(entry, any_packet_for(entry, "p", dir, cls), invariants_hold(s.semantics(), entry));
        }
    }
    s.exhibit("SYN, SYN/ACK, ACK reach it",
              usual_walk(s.semantics(), default_settings(s.edition()), handshake()).condition);
}

void open_by_synack(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.concerns(State::syn_recv, Direction::reply, PacketClass::synack) && row.to) row.to = State::established;
}
void open_by_second_syn(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.concerns(State::syn_recv, Direction::original, PacketClass::syn)) row.to = State::established;
}

}  // namespace

Theorem syn_and_synack_alone_never_reach_established() {
    return {.name = "syn_and_synack_alone_never_reach_established",
            .sentence =
                "However many SYN and SYN/ACK packets either side sends, in any order and with any numbers, the "
                "entry they make never reaches ESTABLISHED.",
            .answers = "A bug seen in the field: SYN, SYN/ACK, SYN, SYN/ACK led a tracker to ESTABLISHED.",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"a repeated SYN/ACK opens", EditionId::linux_2_6_9, open_by_synack},
                        {"a repeated SYN/ACK opens", EditionId::linux_2_6_32, open_by_synack},
                        {"a second SYN opens", EditionId::linux_6_18, open_by_second_syn}}};
}

}  // namespace conntrack::proofs

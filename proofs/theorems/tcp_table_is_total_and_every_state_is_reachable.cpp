#include "model/machines/reading/unreachable.hpp"
#include "proofs/history.hpp"
#include "proofs/path.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using machines::reading::describe;
using machines::reading::never_taken_by_packets;
using tcp::PacketClass;
using tcp::State;

constexpr Direction original = Direction::original, reply = Direction::reply;

Bit is_known(const Semantics& semantics, const TcpEntry& entry) {
    return invariants_hold(semantics, entry) && history_is_known(semantics, entry);
}

void every_packet_has_one_answer(Statement& s, const TcpEntry& entry, const TcpPacket& packet, const Bit& premise) {
    const auto settings = free_settings();
    const auto met = meet(s.semantics(), settings, entry, packet);
    const auto& out = met.result.outcome;
    const auto name = cell_name(s.edition(), entry.state, packet.dir, packet.cls);
    Bit known_state = no();
    for (const State to : entry_states(s.edition())) known_state = known_state || met.in(to);
    s.prove(name + ": one answer", premise,
            implies(!met.gone, known_state) && !(out.invalid && (out.drop || out.repeat || out.erase || out.refresh)) &&
                !(out.drop && out.repeat) && implies(out.drop || out.repeat, out.erase));
    for (const State to : entry_states(s.edition()))
        s.prove(name + " to " + std::string(tcp::name(to, s.edition())) + ": history", premise,
                implies(!met.gone && met.in(to), history_is_known(s.semantics(), after(entry, met, to))));
}

/// Dead rows are never taken; every other row is, by some entry that is known.
void rows(Statement& s, const TcpEntry& entry, const TcpPacket& packet, const Bit& premise) {
    const auto settings = free_settings();
    for (const auto& [row, when] : s.semantics().tcp.taken(judge(s.semantics(), settings, entry, packet))) {
        if (never_taken_by_packets(*row, s.edition().id).empty())
            s.exhibit("taken: " + describe(*row, s.edition()), premise && when);
        else
            s.prove("dead: " + describe(*row, s.edition()), premise, !when);
    }
}

void reach(Statement& s, std::vector<Leg> legs) {
    const auto path = usual_walk(s.semantics(), default_settings(s.edition()), legs);
    s.exhibit("reached: " + std::string(tcp::name(legs.back().to, s.edition())), path.condition);
}

void state(Statement& s) {
    each_first_class(s.semantics(), [&](PacketClass cls) {
        const auto packet = any_packet("p", original, cls);
        every_packet_has_one_answer(s, new_entry(), packet, well_formed(packet));
        rows(s, new_entry(), packet, well_formed(packet));
    });
    each_cell(s.semantics(), [&](State old, Direction dir, PacketClass cls) {
        const auto entry = any_entry("e", old);
        const auto packet = any_packet_for(entry, "p", dir, cls);
        const Bit premise = is_known(s.semantics(), entry) && well_formed(packet);
        every_packet_has_one_answer(s, entry, packet, premise);
        rows(s, entry, packet, premise);
    });
    const auto then = [](std::vector<Leg> legs, const std::vector<Leg>& more) {
        legs.insert(legs.end(), more.begin(), more.end());
        return legs;
    };
    const auto open = handshake();
    const std::vector<Leg> syn(open.begin(), open.begin() + 1), synack(open.begin(), open.begin() + 2);
    const Leg fin{{original, PacketClass::fin}, State::fin_wait}, acked{{reply, PacketClass::ack}, State::close_wait};
    const Leg other_fin{{reply, PacketClass::fin}, State::last_ack},
        last{{original, PacketClass::ack}, State::time_wait};
    reach(s, syn);
    reach(s, synack);
    reach(s, open);
    reach(s, then(open, {fin}));
    reach(s, then(open, {fin, acked}));
    reach(s, then(open, {fin, acked, other_fin}));
    reach(s, then(open, {fin, acked, other_fin, last}));
    reach(s, then(open, {{{original, PacketClass::rst}, State::close}}));
    if (s.edition().tcp.bare_syn_initialises) reach(s, then(syn, {{{reply, PacketClass::syn}, State::syn_sent2}}));
}

void never_wait(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.to == State::time_wait) row.to = State::last_ack;
}
/// Takes what is not accepted for accepted, so that an ACK passes in SYN_SENT.
void accept_syn_by_ack(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.concerns(State::syn_sent, reply, PacketClass::ack)) row.to = State::none;
}

}  // namespace

Theorem tcp_table_is_total_and_every_state_is_reachable() {
    return {.name = "tcp_table_is_total_and_every_state_is_reachable",
            .sentence =
                "Every packet has exactly one answer in every state, and leads to a known state; every state is "
                "reached by packets; the rows that no packet takes are those listed as dead, with the reason.",
            .answers = "What happens in the cells nobody drew?",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"TIME_WAIT is never entered", EditionId::linux_2_6_9, never_wait},
                        {"TIME_WAIT is never entered", EditionId::linux_2_6_32, never_wait},
                        {"an ACK in SYN_SENT leads to NONE", EditionId::linux_6_18, accept_syn_by_ack}}};
}

}  // namespace conntrack::proofs

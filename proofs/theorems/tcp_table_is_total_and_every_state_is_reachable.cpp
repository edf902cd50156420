#include "model/machines/reading/unreachable.hpp"
#include "proofs/path.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using machines::reading::describe;
using machines::reading::never_taken_by_packets;
using tcp::PacketClass;
using tcp::State;

constexpr Direction original = Direction::original, reply = Direction::reply;

bool is_opening(State state) { return state == State::syn_sent || state == State::syn_sent2; }

/// What is known of an entry besides, for the rows that nothing takes: kept by every packet, as is shown below.
Bit history_is_known(const Semantics& semantics, const TcpEntry& entry) {
    const auto& last = entry.connection.last;
    const auto was = [&](PacketClass cls) { return last.index == word(static_cast<std::uint32_t>(cls)); };
    const Bit by_reply = last.dir == word(static_cast<std::uint32_t>(reply));
    const bool resynchronises = semantics.edition.tcp.out_of_sync == OutOfSync::resynchronise;
    const bool reopens = entry.state == State::time_wait ||
                         (entry.state == State::close && semantics.edition.tcp.reopen == Reopen::always);
    // Nothing lets a SYN of the reply direction through, but that linux-6.18 does not reopen for it from TIME_WAIT.
    const bool never_let_through = semantics.edition.tcp.records_last_dir && entry.state != State::syn_sent2 &&
                                   !(resynchronises && entry.state == State::time_wait);
    Bit known = implies(Symbolic::bit(never_let_through), !(was(PacketClass::syn) && by_reply));
    if (is_opening(entry.state))
        for (const auto* peer : {&entry.connection.original, &entry.connection.reply})
            known = known && !tcp::has<Symbolic>(peer->flags, tcp::maxack_set_bit);
    if (!resynchronises) {
        known = known && implies(Symbolic::bit(reopens), !was(PacketClass::syn));
        known = known &&
                implies(Symbolic::bit(entry.state == State::syn_sent && semantics.edition.tcp.reopen == Reopen::always),
                        !entry.seen_reply);
    }
    return known;
}

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
    for (const PacketClass cls : packet_classes()) {
        const auto packet = any_packet("p", original, cls);
        every_packet_has_one_answer(s, new_entry(), packet, well_formed(packet));
        rows(s, new_entry(), packet, well_formed(packet));
    }
    each_cell(s.edition(), [&](State old, Direction dir, PacketClass cls) {
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

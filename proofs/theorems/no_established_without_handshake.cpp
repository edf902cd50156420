#include "proofs/path.hpp"
#include "proofs/search.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

/// What has been accepted since the entry was made.
struct Handshake {
    Bit syn_of_original, synack;
};

/// In these states a SYN/ACK has been accepted; that of the opener has been in all.
bool needs_synack(State state) {
    return state != State::syn_sent && state != State::syn_sent2 && state != State::close;
}

Bit was_made(const Handshake& seen, State state) {
    return seen.syn_of_original && implies(Symbolic::bit(needs_synack(state)), seen.synack);
}

void state(Statement& s) {
    auto settings = free_settings();
    settings.loose = word(0);
    const auto keeps = [&](const TcpEntry& entry, const TcpPacket& packet, const Handshake& before,
                           const Bit& premise) {
        const auto met = meet(s.semantics(), settings, entry, packet);
        const bool opens = packet.cls == PacketClass::syn && packet.dir == Direction::original;
        const Handshake now{before.syn_of_original || (Symbolic::bit(opens) && met.accepted()),
                            before.synack || (Symbolic::bit(packet.cls == PacketClass::synack) && met.accepted())};
        for (const State to : entry_states(s.edition()))
            s.prove(cell_name(s.edition(), entry.state, packet.dir, packet.cls) + " to " +
                        std::string(tcp::name(to, s.edition())),
                    premise && well_formed(packet), implies(!met.gone && met.in(to), was_made(now, to)));
    };
    each_first_class(s.semantics(), [&](PacketClass cls) {
        keeps(new_entry(), any_packet("p", Direction::original, cls), {no(), no()}, yes());
    });
    each_cell(s.semantics(), [&](State old, Direction dir, PacketClass cls) {
        const auto entry = any_entry("e", old);
        const Handshake before{fresh_bit("syn_of_original"), fresh_bit("synack")};
        keeps(entry, any_packet_for(entry, "p", dir, cls), before,
              invariants_hold(s.semantics(), entry) && was_made(before, old));
    });
    s.exhibit("the handshake makes it",
              usual_walk(s.semantics(), default_settings(s.edition()), handshake()).condition);
}

void open_loosely(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.action == "RefusePickup") row.holds = [](const TcpJudged&) { return no(); };
}
void skip_the_synack(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.concerns(State::syn_sent, Direction::original, PacketClass::fin)) row.to = State::fin_wait;
}

// --- and with loose set

void state_loose(Statement& s) {
    auto settings = free_settings();
    const auto packet = any_packet("p", Direction::original, PacketClass::ack);
    const auto met = meet(s.semantics(), settings, new_entry(), packet);
    s.prove("the first packet is an ACK", well_formed(packet) && settings.loose != word(0),
            !(met.accepted() && met.in(State::established)));
}

std::optional<Trace> trace_loose(const Semantics& semantics, Solver& solver) {
    Search search;
    search.most = 3;
    return shortest_trace(semantics, solver, search, [](const Path& path) {
        return path.last_met().accepted() && path.last_met().in(State::established);
    });
}

void refuse_pickup(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.action == "RefusePickup") row.holds = [](const TcpJudged&) { return yes(); };
}

}  // namespace

Theorem no_established_without_handshake() {
    return {.name = "no_established_without_handshake",
            .sentence =
                "While loose is 0, an entry is in ESTABLISHED only if a SYN of the original side and a SYN/ACK of "
                "either side were accepted since it was made.",
            .answers = "Does ESTABLISHED mean that both ends agreed to talk?",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"pick-up although loose is 0", EditionId::linux_2_6_9, open_loosely},
                        {"pick-up although loose is 0", EditionId::linux_2_6_32, open_loosely},
                        {"pick-up although loose is 0", EditionId::linux_6_18, open_loosely},
                        {"a FIN in SYN_SENT leads to FIN_WAIT", EditionId::linux_6_18, skip_the_synack}}};
}

Theorem no_established_without_handshake_even_if_loose() {
    return {.name = "no_established_without_handshake_even_if_loose",
            .sentence = "The same with loose set: a single packet never makes an ESTABLISHED entry.",
            .answers = "What does the default of tcp_loose give away?",
            .bound = "",
            .expected = {Result::violated, Result::violated, Result::violated},
            .state = state_loose,
            .defects = {{"no pick-up at all", EditionId::linux_6_18, refuse_pickup}},
            .trace = trace_loose,
            .file = "no_established_without_handshake"};
}

}  // namespace conntrack::proofs

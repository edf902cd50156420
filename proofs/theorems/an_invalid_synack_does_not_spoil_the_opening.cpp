#include "proofs/healthy.hpp"
#include "proofs/search.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

const std::vector<Leg> a_syn = {{{Direction::original, PacketClass::syn}, State::syn_sent}};

/// The answer of the server: it acknowledges the SYN, and carries nothing else.
Bit is_true_answer(const TcpPacket& packet, const TcpPacket& syn) {
    const Segment& s = packet.segment;
    return s.ack == syn.segment.end && s.sack == s.ack && s.end == s.seq + word(1);
}

void state(Statement& s) {
    const auto settings = strict_settings();
    const auto opened = walk(s.semantics(), settings, a_syn);
    const auto& entry = opened.entries.back();
    const auto wrong = any_packet("wrong", Direction::reply, PacketClass::synack);
    const auto right = any_packet("right", Direction::reply, PacketClass::synack);
    const auto first = meet(s.semantics(), settings, entry, wrong);
    const auto second = meet(s.semantics(), settings, after(entry, first, State::syn_sent), right);
    const auto alone = meet(s.semantics(), settings, entry, right);
    const Bit premise = opened.condition && well_formed(wrong) && well_formed(right) && first.invalid &&
                        is_true_answer(right, opened.packets.front());
    s.prove("without it the answer opens", premise, alone.accepted() && alone.in(State::syn_recv));
    s.prove("and after it as well", premise, second.accepted() && second.in(State::syn_recv));
}

std::optional<Trace> trace(const Semantics& semantics, Solver& solver) {
    Search search;
    search.prefix = a_syn;
    search.moves = {{Direction::reply, PacketClass::synack}};
    search.most = 2;
    return shortest_trace(semantics, solver, search, [](const Path& path) {
        if (path.packets.size() < 3) return no();
        return path.met[1].invalid && is_true_answer(path.last(), path.packets.front()) && !path.last_met().accepted();
    });
}

/// What is not accepted leaves no trace at all.
void remember_nothing(Semantics& s) {
    TcpRow refuse{State::syn_sent,
                  std::nullopt,
                  Direction::reply,
                  PacketClass::synack,
                  [](const TcpJudged& j) { return !j.window.accept; },
                  [](const TcpJudged& j, State) { return tcp::refuse<Symbolic>(j.step, Clause::tcp_table_invalid); },
                  "",
                  ""};
    s.tcp.rows.insert(s.tcp.rows.begin(), refuse);
}

}  // namespace

Theorem an_invalid_synack_does_not_spoil_the_opening() {
    return {.name = "an_invalid_synack_does_not_spoil_the_opening",
            .sentence =
                "After a SYN, a SYN/ACK that is INVALID does not keep the server's own SYN/ACK from being accepted.",
            .answers = "Can a stranger who guesses the ports keep a connection from being made?",
            .bound = "",
            .expected = {Result::violated, Result::violated, Result::violated},
            .state = state,
            .defects = {{"what is not accepted leaves nothing", EditionId::linux_2_6_9, remember_nothing},
                        {"what is not accepted leaves nothing", EditionId::linux_2_6_32, remember_nothing},
                        {"what is not accepted leaves nothing", EditionId::linux_6_18, remember_nothing}},
            .trace = trace};
}

}  // namespace conntrack::proofs

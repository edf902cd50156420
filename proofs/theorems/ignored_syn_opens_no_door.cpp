#include "proofs/healthy.hpp"
#include "proofs/search.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

constexpr Direction original = Direction::original, reply = Direction::reply;

Bit ends(const TcpMet& met) { return met.gone || (met.in(State::close) && !met.invalid); }

/// A SYN that is let through in ESTABLISHED must not give power to what follows it.
void state(Statement& s) {
    const auto settings = strict_settings();
    const auto entry = any_entry("e", State::established);
    for (const Direction dir : {original, reply}) {
        const auto syn = any_packet_for(entry, "syn", dir, PacketClass::syn);
        const auto first = meet(s.semantics(), settings, entry, syn);
        const auto left = after(entry, first, State::established);
        const Bit premise = healthy(s.semantics(), entry) && well_formed(syn);
        const std::string by(name(dir));
        s.prove("the SYN of the " + by + " side moves nothing", premise, first.in(State::established) && !first.gone);
        for (const PacketClass cls : {PacketClass::rst, PacketClass::synack}) {
            const auto next = any_packet_for(entry, "next", other(dir), cls);
            const auto second = meet(s.semantics(), settings, left, next);
            const auto without = meet(s.semantics(), settings, entry, next);
            const Bit no_more =
                implies(ends(second), ends(without)) &&
                implies(!second.gone && !second.in(State::established), !without.in(State::established));
            s.prove("after it the " + std::string(tcp::name(cls)) + " does no more", premise && well_formed(next),
                    no_more);
        }
    }
}

std::optional<Trace> trace(const Semantics& semantics, Solver& solver) {
    Search search;
    search.prefix = handshake();
    search.moves = {{original, PacketClass::syn}, {reply, PacketClass::rst}, {reply, PacketClass::synack}};
    search.most = 2;
    return shortest_trace(semantics, solver, search, [&](const Path& path) {
        if (path.packets.size() < 5 || path.packets[3].cls != PacketClass::syn) return no();
        // Both packets come from someone who knows no sequence number of the connection.
        const auto& healthy_entry = path.entries[3].connection;
        const auto far = [](const Word& a, const Word& b) {
            return Symbolic::below(word(1u << 24), a - b) && Symbolic::below(word(1u << 24), b - a);
        };
        const Bit blind = far(path.packets[3].segment.seq, healthy_entry.original.td_end) &&
                          far(path.last().segment.seq, healthy_entry.reply.td_end);
        const auto without = meet(semantics, default_settings(semantics.edition), path.entries[3], path.last());
        return blind && path.last().segment.ack_flag && ends(path.last_met()) && !ends(without);
    });
}

void skip_nothing(Semantics& s) {
    for (TcpRow& row : s.tcp.rows) {
        if (row.from != State::established) continue;
        if (row.guard == "ResetSkipsWindow" || row.guard == "AnswersLetThroughSyn" ||
            row.guard == "AnswersLetThroughSynInWindow")
            row.holds = [](const TcpJudged&) { return no(); };
        if (row.action == "RecordIgnored")
            row.apply = [](const TcpJudged& j, State) {
                return tcp::untouched<Symbolic>(j.step.connection, Clause::tcp_ignored);
            };
    }
}

// --- the attack works against every healthy entry

void state_always(Statement& s) {
    const auto settings = strict_settings();
    const auto entry = any_entry("e", State::established);
    const auto syn = any_packet("syn", original, PacketClass::syn);
    const auto first = meet(s.semantics(), settings, entry, syn);
    const auto left = after(entry, first, State::established);
    const bool closes = s.edition().tcp.out_of_sync == OutOfSync::resynchronise;
    const auto cls = closes ? PacketClass::rst : PacketClass::synack;
    const auto next = any_packet("next", reply, cls);
    const auto second = meet(s.semantics(), settings, left, next);
    const Bit premise = healthy(s.semantics(), entry) && well_formed(syn) && well_formed(next) &&
                        next.segment.ack_flag && next.segment.ack == syn.segment.end;
    s.prove("the second packet ends it", premise, ends(second));
}

// --- or takes it back to the beginning

void state_reopened(Statement& s) {
    const auto settings = strict_settings();
    const auto entry = any_entry("e", State::established);
    const auto syn = any_packet("syn", original, PacketClass::syn);
    const auto left = after(entry, meet(s.semantics(), settings, entry, syn), State::established);
    const auto synack = any_packet("synack", reply, PacketClass::synack);
    const auto second = meet(s.semantics(), settings, left, synack);
    const Bit premise = healthy(s.semantics(), entry) && well_formed(syn) && well_formed(synack) &&
                        synack.segment.ack == syn.segment.end && synack.segment.sack == synack.segment.ack;
    s.prove("the second packet leads to SYN_RECV", premise,
            second.in(State::syn_recv) && !second.gone && second.accepted());
    const auto& told = second.result.outcome.connection;
    s.prove("where the sides stand is what the two packets say", premise,
            told.original.td_end == syn.segment.end && told.reply.td_end == synack.segment.end);
    s.prove("and so is the window of the reply side", premise,
            told.reply.td_maxwin == Symbolic::select(synack.segment.window == word(0), word(1), synack.segment.window));
}

void ask_the_window(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.from == State::established && (row.guard == "ResetSkipsWindow" || row.guard == "AnswersLetThroughSyn"))
            row.holds = [](const TcpJudged& j) { return j.window.accept; };
}

void reopen_nothing(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.concerns(State::established, reply, PacketClass::synack) && row.to == State::syn_recv)
            row.to = State::established;
}

}  // namespace

Theorem ignored_syn_opens_no_door() {
    return {.name = "ignored_syn_opens_no_door",
            .sentence =
                "A SYN that is let through in a healthy connection lets no RST or SYN/ACK of the other side do what "
                "it could not have done before.",
            .answers = "Can an attacker who knows no sequence number close a connection?",
            .bound = "",
            .expected = {Result::violated, Result::violated, Result::violated},
            .state = state,
            .defects = {{"nothing answers a SYN that was let through", EditionId::linux_2_6_9, skip_nothing},
                        {"nothing answers a SYN that was let through", EditionId::linux_2_6_32, skip_nothing},
                        {"nothing answers a SYN that was let through", EditionId::linux_6_18, skip_nothing}},
            .trace = trace};
}

Theorem two_blind_packets_end_every_healthy_entry() {
    return {.name = "two_blind_packets_end_every_healthy_entry",
            .sentence =
                "A SYN of the original side with any sequence number, and then a packet of the reply side that "
                "acknowledges it and has any sequence number, end every healthy entry: a RST closes it ("
                "linux-2.6.32 on), a SYN/ACK deletes it (linux-2.6.9).",
            .answers = "Does that attack depend on luck?",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state_always,
            .defects = {{"what answers must fit the window", EditionId::linux_2_6_9, ask_the_window},
                        {"what answers must fit the window", EditionId::linux_2_6_32, ask_the_window},
                        {"what answers must fit the window", EditionId::linux_6_18, ask_the_window}},
            .file = "ignored_syn_opens_no_door"};
}

Theorem two_blind_packets_lead_every_healthy_entry_back_to_syn_recv() {
    return {
        .name = "two_blind_packets_lead_every_healthy_entry_back_to_syn_recv",
        .sentence =
            "A SYN of the original side with any sequence number, and then a SYN/ACK of the reply side that "
            "acknowledges it, without SACK blocks, and has any sequence number, lead every healthy entry to SYN_RECV; "
            "from then on the sides are taken to be where these two packets say.",
        .answers = "And without a RST, which a firewall may drop?",
        .bound = "",
        .expected = {Result::absent, Result::absent, Result::proved},
        .state = state_reopened,
        .defects = {{"what answers stays in ESTABLISHED", EditionId::linux_6_18, reopen_nothing}},
        .file = "ignored_syn_opens_no_door"};
}

}  // namespace conntrack::proofs

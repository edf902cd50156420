#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

Word number(FlowState state) { return word(static_cast<std::uint32_t>(state)); }

/// Is a flow that was answered a stream with this packet? Where age counts at all, it is more than two seconds.
Bit becomes_stream(const FlowStep& step) {
    const bool ages = step.kind == flow::Kind::udp && step.edition->core.udp_stream_age_s != 0;
    const Bit old = ages ? Symbolic::earlier(Symbolic::time(2'000'000'000), step.age) : yes();
    return old && !step.nat_clash;
}

void after_a_packet(Statement& s, const std::string& name, flow::Kind kind, FlowEvent event) {
    const bool streams = kind == flow::Kind::udp || kind == flow::Kind::udplite || kind == flow::Kind::gre;
    const bool reply = event == FlowEvent::reply_packet;
    const Word from = fresh_word("from");
    const FlowStep step{&s.edition(),          kind, fresh_word("unreplied"), fresh_word("stream"), fresh_time("age"),
                        fresh_bit("nat_clash")};
    const auto [next, out] = s.semantics().flow.step(from, static_cast<std::size_t>(event), step, no_flow_outcome());
    const Bit was_unreplied = from == number(FlowState::unreplied), was_assured = from == number(FlowState::assured);
    const Bit assured =
        was_assured || (Symbolic::bit(streams) && from == number(FlowState::replied) && becomes_stream(step));
    const Bit known = Symbolic::below(from, word(streams ? 3 : 2));
    s.prove(name + ": unreplied until the first reply", known,
            (next == number(FlowState::unreplied)) == (was_unreplied && Symbolic::bit(!reply)));
    s.prove(name + ": assured", known, (next == number(FlowState::assured)) == assured);
    s.prove(name + ": status bits", known,
            out.reply_seen == (was_unreplied && Symbolic::bit(reply)) && out.assured == (assured && !was_assured));
    s.prove(name + ": timeout", known,
            out.refresh && out.timeout == Symbolic::select(assured, step.stream_timeout, step.unreplied_timeout));
}

void state(Statement& s) {
    for (const auto& [kind, name] : {std::pair{flow::Kind::udp, "UDP"}, std::pair{flow::Kind::udplite, "UDP-Lite"},
                                     std::pair{flow::Kind::icmp, "ICMP"}, std::pair{flow::Kind::gre, "GRE"},
                                     std::pair{flow::Kind::generic, "other protocols"}})
        for (const auto event : {FlowEvent::original_packet, FlowEvent::reply_packet})
            after_a_packet(s, std::string(name) + (event == FlowEvent::reply_packet ? ", reply" : ", original"), kind,
                           event);
}

void assure_at_once(Semantics& s) {
    for (auto& row : s.flow.rows)
        if (row.from == static_cast<std::size_t>(FlowState::unreplied) &&
            row.event == static_cast<std::size_t>(FlowEvent::reply_packet))
            row.to = static_cast<std::size_t>(FlowState::assured);
}
void wait_a_second(Semantics& s) { s.edition.core.udp_stream_age_s = 1; }

}  // namespace

Theorem a_flow_is_assured_once_it_is_a_stream() {
    return {
        .name = "a_flow_is_assured_once_it_is_a_stream",
        .sentence =
            "A flow of a protocol without states of its own is unreplied until the first reply; from then on it is "
            "answered; UDP, UDP-Lite and GRE are ASSURED with the next packet of either side, in linux-6.18 UDP with "
            "the "
            "first one that comes more than 2 s after the flow began, and entries of a NAT clash never. A stream has "
            "the stream timeout, whatever else the other one.",
        .answers = "Which of my UDP entries may early drop take, and why did this one live 30 s only?",
        .bound = "",
        .expected = {Result::proved, Result::proved, Result::proved},
        .state = state,
        .defects = {{"the first reply makes a stream", EditionId::linux_2_6_9, assure_at_once},
                    {"the first reply makes a stream", EditionId::linux_2_6_32, assure_at_once},
                    {"a stream after a second", EditionId::linux_6_18, wait_a_second}}};
}

}  // namespace conntrack::proofs

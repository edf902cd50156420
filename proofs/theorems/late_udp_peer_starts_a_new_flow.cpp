#include "proofs/theorems/all.hpp"
#include "spec/verdict.hpp"

namespace conntrack::proofs {

namespace {

/// A packet of UDP in any state of its flow, silence for the timeout it was given, then a packet of the receiver.
void state(Statement& s) {
    const Word unreplied = fresh_word("unreplied"), stream = fresh_word("stream"), from = fresh_word("from");
    const Time64 now = fresh_time("now"), later = fresh_time("later"), deadline = fresh_time("deadline");
    constexpr std::int64_t ages = std::int64_t{1} << 60;
    const auto early = [](const Time64& t) {
        return Symbolic::earlier(t, Symbolic::time(ages)) && !Symbolic::earlier(t, Symbolic::time(0));
    };
    const FlowStep step{&s.edition(), flow::Kind::udp, unreplied, stream, fresh_time("age"), fresh_bit("nat_clash")};
    for (const auto event : {FlowEvent::original_packet, FlowEvent::reply_packet}) {
        const auto result = s.semantics().flow.step(from, static_cast<std::size_t>(event), step, no_flow_outcome());
        const Word& timeout = result.outcome.timeout;
        const auto moved = s.semantics().refreshed_deadline(s.edition(), deadline, now, timeout, no());
        const Bit premise = Symbolic::below(from, word(3)) && early(now) && early(later) && early(deadline) &&
                            Symbolic::below(unreplied, word(1u << 24)) && Symbolic::below(stream, word(1u << 24));
        const std::string name = event == FlowEvent::original_packet ? "after the sender's" : "after the receiver's";
        s.prove(name + " packet: refreshed", premise,
                result.outcome.refresh && (timeout == unreplied || timeout == stream));
        s.prove(
            name + " packet and the timeout nothing is found", premise,
            implies(!Symbolic::earlier(later, now + Symbolic::seconds(timeout)), s.semantics().expired(moved, later)));
    }
    // Nothing is found, so the late packet makes an entry: its own direction is the original one, and nobody has
    // answered.
    const Word info = s.semantics().packet_state(Direction::original, no(), no());
    s.prove("the late packet is NEW", yes(), info == word(static_cast<std::uint32_t>(CtInfo::new_)));
    const auto first =
        s.semantics().flow.step(word(static_cast<std::uint32_t>(FlowState::unreplied)),
                                static_cast<std::size_t>(FlowEvent::original_packet), step, no_flow_outcome());
    s.prove("and its flow unreplied", yes(), first.next == word(static_cast<std::uint32_t>(FlowState::unreplied)));
}

void wait_a_little_longer(Semantics& s) {
    s.expired = [](const Time64& deadline, const Time64& now) { return Symbolic::earlier(deadline, now); };
}
void never_refresh(Semantics& s) {
    for (auto& row : s.flow.rows)
        if (row.event == static_cast<std::size_t>(FlowEvent::reply_packet))
            row.apply = [](const FlowStep&, const FlowOutcome& nothing) { return nothing; };
}

}  // namespace

Theorem late_udp_peer_starts_a_new_flow() {
    return {.name = "late_udp_peer_starts_a_new_flow",
            .sentence =
                "A UDP packet of the former receiver that comes after the timeout is NEW, and its entry has the "
                "directions swapped.",
            .answers = "Why is the late answer of a server dropped?",
            .bound = "timeouts below 2^24 seconds",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"an entry expires only after its deadline", EditionId::linux_2_6_9, wait_a_little_longer},
                        {"a reply does not refresh", EditionId::linux_6_18, never_refresh}}};
}

}  // namespace conntrack::proofs

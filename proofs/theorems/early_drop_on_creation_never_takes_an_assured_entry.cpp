#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::State;

constexpr std::array<State, 9> states = {State::syn_sent,  State::syn_recv,   State::established,
                                         State::fin_wait,  State::close_wait, State::last_ack,
                                         State::time_wait, State::close,      State::syn_sent2};

/// What is ASSURED stays so: generic tracking knows no way back.
void state_for_ever(Statement& s) {
    const FlowStep step{&s.edition(),         flow::Kind::udp,   fresh_word("unreplied"),
                        fresh_word("stream"), fresh_time("age"), fresh_bit("nat_clash")};
    const Word assured = word(static_cast<std::uint32_t>(FlowState::assured));
    for (const auto event : {FlowEvent::original_packet, FlowEvent::reply_packet, FlowEvent::protocol_assures}) {
        const auto next =
            s.semantics().flow.step(assured, static_cast<std::size_t>(event), step, no_flow_outcome()).next;
        s.prove("ASSURED stays so, event " + std::to_string(static_cast<unsigned>(event)), yes(), next == assured);
    }
}

/// The collector of linux-6.18 takes ASSURED entries as well, in those states and no other.
void state_collector(Statement& s) {
    const full_table::Candidate<Symbolic> assured{yes(), fresh_bit("dying")};
    for (const State state : states) {
        const Bit takes = s.semantics().table.collector_may_take(assured, Symbolic::bit(tcp::is_closing(state)));
        const std::string name = "the collector, ASSURED in " + std::string(tcp::name(state, s.edition()));
        if (state >= State::fin_wait && state <= State::close)
            s.exhibit(name + ": taken", takes);
        else
            s.prove(name + ": spared", yes(), !takes);
    }
}

/// The search for a port does not ask whether an entry is ASSURED. States count by their numbers: SYN_SENT2 is past
/// CLOSE.
void state_search(Statement& s) {
    const Word new_end = fresh_word("new_end");
    for (const State state : states) {
        const nat::InTheWay<Symbolic> old{state, fresh_bit("src_nat"), fresh_bit("fixed_timeout"), fresh_bit("dying"),
                                          fresh_word("old_end")};
        const Bit goes = s.semantics().nat.makes_room(old, new_end);
        const std::string name = "the search for a port, " + std::string(tcp::name(state, s.edition()));
        if (state >= State::time_wait)
            s.exhibit(name + ": taken", goes);
        else
            s.prove(name + ": spared", yes(), !goes);
    }
}

void state(Statement& s) {
    const full_table::Candidate<Symbolic> candidate{fresh_bit("assured"), fresh_bit("dying")};
    s.prove("who is dropped for a new entry", s.semantics().table.may_be_dropped_early(candidate),
            !candidate.assured && !candidate.dying);
    s.exhibit("somebody is", s.semantics().table.may_be_dropped_early(candidate));
    state_for_ever(s);
    if (s.edition().full_table.collector) state_collector(s);
    if (s.edition().nat.evicts_closed) {
        state_search(s);
    } else {
        for (const State state : states)
            s.prove("no search for a port takes anybody, " + std::string(tcp::name(state, s.edition())), yes(),
                    Symbolic::bit(!nat::looks_at_ended(1, state, s.edition())));
    }
}

void spare_nobody(Semantics& s) {
    s.table.may_be_dropped_early = [](const full_table::Candidate<Symbolic>& c) { return !c.dying; };
}
void close_early(Semantics& s) {
    s.nat.makes_room = [](const nat::InTheWay<Symbolic>& old, const Word& new_end) {
        return Symbolic::bit(old.state >= State::fin_wait) && Symbolic::after(new_end, old.end);
    };
}

}  // namespace

Theorem early_drop_on_creation_never_takes_an_assured_entry() {
    return {
        .name = "early_drop_on_creation_never_takes_an_assured_entry",
        .sentence =
            "Who is dropped from a full table to make room for a new entry is never ASSURED. But the collector of "
            "linux-6.18 may take ASSURED TCP entries from FIN_WAIT to CLOSE, and its search for a NAT port those in "
            "TIME_WAIT or CLOSE.",
        .answers = "Does a flood of new flows cost connections that are established?",
        .bound = "",
        .expected = {Result::proved, Result::proved, Result::proved},
        .state = state,
        .defects = {{"nobody is spared", EditionId::linux_2_6_9, spare_nobody},
                    {"nobody is spared", EditionId::linux_2_6_32, spare_nobody},
                    {"nobody is spared", EditionId::linux_6_18, spare_nobody},
                    {"the search takes who is in FIN_WAIT", EditionId::linux_6_18, close_early}}};
}

}  // namespace conntrack::proofs

#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

Word number(LifeState state) { return word(static_cast<std::uint32_t>(state)); }

/// Where an entry goes of which others than this packet hold a reference.
LifeState still_held(LifeState from, LifeEvent event) {
    if (event == LifeEvent::remove && from == LifeState::confirmed) return LifeState::dying;
    if (from != LifeState::unconfirmed) return from;
    if (event == LifeEvent::confirm) return LifeState::confirmed;
    return event == LifeEvent::condemn ? LifeState::dying : from;
}

void state(Statement& s) {
    constexpr std::pair<LifeEvent, std::string_view> events[] = {{LifeEvent::hold, "hold"},
                                                                 {LifeEvent::release, "release"},
                                                                 {LifeEvent::confirm, "confirm"},
                                                                 {LifeEvent::remove, "delete"},
                                                                 {LifeEvent::condemn, "condemn"}};
    constexpr std::pair<LifeState, std::string_view> states[] = {
        {LifeState::unconfirmed, "unconfirmed"}, {LifeState::confirmed, "confirmed"}, {LifeState::dying, "dying"}};
    for (const auto& [from, state_name] : states)
        for (const auto& [event, event_name] : events) {
            const Word references = fresh_word("references");
            const auto next =
                s.semantics().life.step(number(from), static_cast<std::size_t>(event), {references}, references);
            s.prove(std::string(state_name) + ", " + std::string(event_name), Symbolic::below(word(1), references),
                    next.next == number(still_held(from, event)));
        }
}

void let_the_condemned_in(Semantics& s) {
    for (auto& row : s.life.rows)
        if (row.event == static_cast<std::size_t>(LifeEvent::condemn) &&
            row.from == static_cast<std::size_t>(LifeState::unconfirmed))
            row.to = static_cast<std::size_t>(LifeState::unconfirmed);
}

}  // namespace

Theorem only_condemnation_keeps_an_entry_out_of_the_table() {
    return {.name = "only_condemnation_keeps_an_entry_out_of_the_table",
            .sentence =
                "While its first packet is under way an entry waits, whoever takes hold of it or lets go, and "
                "confirming puts it into the table; unless a flush has condemned it (linux-2.6.32). In the table it "
                "stays until it is deleted, and what has left the table or was condemned never comes (back) in.",
            .answers = "The first packet went out: is there an entry now?",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"a condemned entry is let in", EditionId::linux_2_6_9, let_the_condemned_in},
                        {"a condemned entry is let in", EditionId::linux_2_6_32, let_the_condemned_in},
                        {"a condemned entry is let in", EditionId::linux_6_18, let_the_condemned_in}}};
}

}  // namespace conntrack::proofs

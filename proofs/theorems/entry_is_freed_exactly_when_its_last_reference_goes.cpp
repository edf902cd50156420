#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

constexpr LifeState states[] = {LifeState::unconfirmed, LifeState::confirmed, LifeState::dying, LifeState::freed};
constexpr std::string_view state_names[] = {"unconfirmed", "confirmed", "dying", "freed"};
constexpr std::string_view event_names[] = {"hold", "release", "confirm", "delete", "condemn"};

Word number(LifeState state) { return word(static_cast<std::uint32_t>(state)); }

/// One reference for the table while the entry is in it, one for each packet that carries it; freed when there is none.
Bit counted(const Word& state, const Word& references, const Word& carriers) {
    const Word linked = Symbolic::select(state == number(LifeState::confirmed), word(1), word(0));
    return references == linked + carriers && (state == number(LifeState::freed)) == (references == word(0));
}

/// What can happen: a packet takes hold of an entry that it finds in the table, or that another packet holds; only a
/// packet that carries it lets go, confirms or marks it.
Bit can_happen(LifeEvent event, LifeState state, const Word& carriers) {
    const Bit carried = carriers != word(0);
    switch (event) {
        case LifeEvent::hold: return Symbolic::bit(state == LifeState::confirmed) || carried;
        case LifeEvent::remove: return Symbolic::bit(state == LifeState::confirmed) || carried;
        case LifeEvent::release:
        case LifeEvent::confirm:
        case LifeEvent::condemn: break;
    }
    return carried;
}

Word carriers_after(LifeEvent event, const Word& carriers) {
    if (event == LifeEvent::hold) return carriers + word(1);
    if (event == LifeEvent::release) return carriers - word(1);
    return carriers;
}

template <class Visit>
void each_step(const Statement& s, Visit visit) {
    for (const LifeState from : states) {
        for (std::size_t e = 0; e < std::size(event_names); ++e) {
            const auto event = static_cast<LifeEvent>(e);
            const Word references = fresh_word("references"), carriers = fresh_word("carriers");
            const auto next = s.semantics().life.step(number(from), e, {references}, references);
            const std::string name =
                std::string(state_names[static_cast<std::size_t>(from)]) + ", " + std::string(event_names[e]);
            const Bit before = counted(number(from), references, carriers) && Symbolic::below(carriers, word(1u << 31));
            visit(name, from, event, before && can_happen(event, from, carriers), next.next, next.outcome, carriers);
        }
    }
}

void state(Statement& s) {
    s.prove("a new entry", yes(), counted(number(LifeState::unconfirmed), word(1), word(1)));
    each_step(s, [&](const std::string& name, LifeState from, LifeEvent event, const Bit& premise, const Word& next,
                     const Word& references, const Word& carriers) {
        if (from == LifeState::freed) {
            s.prove(name + ": nobody has it", counted(number(from), fresh_word("references"), carriers),
                    carriers == word(0));
            return;
        }
        s.prove(name, premise, counted(next, references, carriers_after(event, carriers)));
    });
}

void forget_a_reference(Semantics& s) {
    for (auto& row : s.life.rows)
        if (row.event == static_cast<std::size_t>(LifeEvent::confirm))
            row.apply = [](const LifeStep& step, const Word&) { return step.references; };
}
void free_at_once(Semantics& s) {
    for (auto& row : s.life.rows)
        if (row.event == static_cast<std::size_t>(LifeEvent::remove) &&
            row.to == static_cast<std::size_t>(LifeState::dying))
            row.to = static_cast<std::size_t>(LifeState::freed);
}

}  // namespace

Theorem entry_is_freed_exactly_when_its_last_reference_goes() {
    return {.name = "entry_is_freed_exactly_when_its_last_reference_goes",
            .sentence =
                "An entry has one reference for the table while it is linked and one for each packet that carries "
                "it; it is freed exactly when the last of them goes, and once.",
            .answers = "May an entry be gone while a packet still carries it, or stay for ever?",
            .bound = "fewer than 2^31 packets in flight carry one entry",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"the table takes no reference", EditionId::linux_2_6_9, forget_a_reference},
                        {"the table takes no reference", EditionId::linux_6_18, forget_a_reference},
                        {"deletion frees at once", EditionId::linux_2_6_32, free_at_once}}};
}

}  // namespace conntrack::proofs

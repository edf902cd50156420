#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

constexpr LifeState states[] = {LifeState::unconfirmed, LifeState::confirmed, LifeState::dying, LifeState::freed};
constexpr std::string_view state_names[] = {"unconfirmed", "confirmed", "dying", "freed"};
constexpr EventMask creation = mask_of(EventBit::new_) | mask_of(EventBit::related);

Word number(LifeState state) { return word(static_cast<std::uint32_t>(state)); }

/// An entry, what is gathered for its observers, and what one of them has heard of it so far.
struct Announced {
    Word state;
    Word gathered;
    Bit reports;  // events were on when it was made
    Bit by_both;  // it entered the table by both of its tuples
    Word created, destroyed;
};

Announced any_announced(LifeState state) {
    return {number(state),        fresh_word("gathered"), fresh_bit("reports"),
            fresh_bit("by_both"), fresh_word("created"),  fresh_word("destroyed")};
}

Bit meets(const Word& mask, EventMask bits) { return (mask & word(bits)) != word(0); }

void hear(Announced& a, const Word& mask, const Bit& listens) {
    const auto one_if = [](const Bit& condition) { return Symbolic::select(condition, word(1), word(0)); };
    a.created = a.created + one_if(listens && meets(mask, creation));
    a.destroyed = a.destroyed + one_if(listens && meets(mask, mask_of(EventBit::destroy)));
}

/// Whoever listens, at whatever times.
Bit in_order(const Announced& a) {
    const auto is = [&](LifeState s) { return a.state == number(s); };
    const Bit heard_nothing = a.created == word(0) && a.destroyed == word(0);
    const auto at_most_one = [](const Word& count) { return Symbolic::below(count, word(2)); };
    return !meets(a.gathered, creation | mask_of(EventBit::destroy)) && implies(!a.reports, heard_nothing) &&
           implies(!a.reports, a.gathered == word(0)) && implies(is(LifeState::unconfirmed), heard_nothing) &&
           implies(is(LifeState::confirmed), at_most_one(a.created) && a.destroyed == word(0)) &&
           at_most_one(a.created) && at_most_one(a.destroyed);
}

/// Who listens all the time hears exactly this of an entry that reports.
Bit complete(const Announced& a) {
    const Word created = Symbolic::select(a.by_both, word(1), word(0));
    const auto is = [&](LifeState s) { return a.state == number(s); };
    const Bit never_confirmed = a.created == word(0) && a.destroyed == word(0);
    return implies(is(LifeState::confirmed), a.created == created && a.destroyed == word(0)) &&
           implies(is(LifeState::dying) || is(LifeState::freed),
                   never_confirmed || (a.created == created && a.destroyed == word(1)));
}

/// What a step makes of the entry, and the mask that is told. Does not happen: the premise is false.
struct Told {
    std::string name;
    Bit happens;
    Announced after;
    Word mask;
};

Announced lived(const Semantics& semantics, Announced a, LifeEvent event) {
    const Word references = fresh_word("references");
    a.state = semantics.life.step(a.state, static_cast<std::size_t>(event), {references}, references).next;
    return a;
}

/// The first packet passes the confirm hook: the entry enters the table, and is told at once.
Told confirms(const Semantics& semantics, const Announced& before, bool may_clash) {
    const auto way = semantics.table.entrance({may_clash, fresh_bit("original_taken"), fresh_bit("reply_taken"),
                                               fresh_bit("winner_is_one"), fresh_bit("holder_is_one")});
    Announced a = lived(semantics, before, LifeEvent::confirm);
    a.by_both = way.by_original;
    const announcement::Kin<Symbolic> kin{fresh_bit("expected"), fresh_bit("helped")};
    const auto told = semantics.table.at_confirm_hook(semantics.table.entered(a.gathered, way, kin, a.reports),
                                                      a.state == number(LifeState::confirmed));
    a.gathered = told.gathered;
    return {may_clash ? "its first packet leaves, or met another" : "its first packet leaves",
            before.state == number(LifeState::unconfirmed) && way.by_reply, a, told.mask};
}

std::vector<Told> steps(const Statement& s, const Announced& before) {
    const TableRules& rules = s.semantics().table;
    const Bit linked = before.state == number(LifeState::confirmed);
    std::vector<Told> out;
    for (const bool may_clash : {false, true})
        if (!may_clash || s.edition().core.resolves_clashes) out.push_back(confirms(s.semantics(), before, may_clash));
    Announced passed = before;
    const auto told = rules.at_confirm_hook(before.gathered, linked);
    passed.gathered = told.gathered;
    out.push_back({"another packet leaves", before.state != number(LifeState::unconfirmed), passed, told.mask});
    for (const auto& [bit, name] : event_names) {
        if ((mask_of(bit) & (creation | mask_of(EventBit::destroy))) != 0) continue;
        Announced noted = before;
        noted.gathered = announcement::noted<Symbolic>(before.gathered, bit, before.reports);
        out.push_back({std::string(name) + " is noted", yes(), noted, word(0)});
    }
    Announced removed = lived(s.semantics(), before, LifeEvent::remove);
    const auto end = rules.at_deletion(before.reports);
    removed.gathered = end.gathered;
    out.push_back({"it is deleted", linked, removed, end.mask});
    for (const auto event : {LifeEvent::hold, LifeEvent::release, LifeEvent::condemn})
        out.push_back({event == LifeEvent::hold      ? "a packet holds it"
                       : event == LifeEvent::release ? "a packet is freed"
                                                     : "it is condemned",
                       before.state != number(LifeState::freed), lived(s.semantics(), before, event), word(0)});
    return out;
}

void state(Statement& s) {
    Announced made = any_announced(LifeState::unconfirmed);
    made.gathered = made.created = made.destroyed = word(0);
    s.prove("a new entry", yes(), in_order(made) && complete(made));
    for (const LifeState from : states) {
        const Announced before = any_announced(from);
        for (const Told& step : steps(s, before)) {
            if (is_false(step.happens.ref())) continue;
            const std::string name = std::string(state_names[static_cast<std::size_t>(from)]) + ", " + step.name;
            Announced sometimes = step.after, always = step.after;
            hear(sometimes, step.mask, fresh_bit("listens"));
            hear(always, step.mask, yes());
            const Bit premise = step.happens && in_order(before);
            s.prove(name, premise, in_order(sometimes));
            s.prove(name + ": no NEW after DESTROY", premise,
                    implies(meets(step.mask, creation),
                            before.destroyed == word(0) && !meets(step.mask, mask_of(EventBit::destroy))));
            s.prove(name + ": who listens hears all", premise && before.reports && complete(before), complete(always));
        }
    }
}

/// Where an entry is confirmed and no NEW is heard of it, but its DESTROY is.
void show_missing(Statement& s) {
    const Announced before = any_announced(LifeState::confirmed);
    Announced after = lived(s.semantics(), before, LifeEvent::remove);
    hear(after, s.semantics().table.at_deletion(before.reports).mask, yes());
    const Bit unheard = in_order(before) && after.created == word(0) && after.destroyed == word(1);
    s.exhibit("NEW is missing: nobody listened when it was confirmed", unheard && before.by_both);
    if (s.edition().core.resolves_clashes)
        s.exhibit("NEW is missing: the entry lost a clash", unheard && complete(before) && !before.by_both);
    else
        s.prove("NEW is missing for no other reason", in_order(before) && complete(before) && before.by_both,
                after.created == word(1));
}

void state_all(Statement& s) {
    state(s);
    show_missing(s);
}

void confirm_again(Semantics& s) {
    for (auto& row : s.life.rows)
        if (row.event == static_cast<std::size_t>(LifeEvent::remove)) row.to = row.from;
}
void keep_what_was_told(Semantics& s) {
    s.table.at_confirm_hook = [](const Word& gathered, const Bit& linked) {
        return announcement::Told<Symbolic>{announcement::at_confirm_hook<Symbolic>(gathered, linked).mask, gathered};
    };
}

}  // namespace

Theorem every_confirmed_entry_is_announced_once_and_its_destruction_once() {
    return {.name = "every_confirmed_entry_is_announced_once_and_its_destruction_once",
            .sentence =
                "Of every entry an observer hears at most one NEW or RELATED and one DESTROY, and never NEW after "
                "DESTROY, whoever comes and goes among them; of one that is never confirmed they hear nothing. Who "
                "listens all the time hears both, but in linux-6.18 no NEW of an entry that lost a clash.",
            .answers = "Can a program that counts NEW and DESTROY know how many entries there are?",
            .bound = "",
            .expected = {Result::absent, Result::proved, Result::proved},
            .state = state_all,
            .defects = {{"a deleted entry stays where it was", EditionId::linux_2_6_32, confirm_again},
                        {"a deleted entry stays where it was", EditionId::linux_6_18, confirm_again},
                        {"what was told stays gathered", EditionId::linux_6_18, keep_what_was_told}}};
}

}  // namespace conntrack::proofs

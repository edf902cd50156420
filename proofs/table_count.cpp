#include "proofs/table_count.hpp"

namespace conntrack::proofs {

namespace {

Word number(LifeState state) { return word(static_cast<std::uint32_t>(state)); }

LifeRelation::Result live(const Semantics& semantics, const LifeRelation::Result& before, LifeEvent event) {
    return semantics.life.step(before.next, static_cast<std::size_t>(event), {before.outcome}, before.outcome);
}

Word one_if(const Bit& condition) { return Symbolic::select(condition, word(1), word(0)); }

/// Each entry as `event` leaves it where `happens`.
LifeRelation::Result if_so(const Semantics& semantics, const LifeRelation::Result& before, LifeEvent event,
                           const Bit& happens) {
    const auto after = live(semantics, before, event);
    return {Symbolic::select(happens, after.next, before.next),
            Symbolic::select(happens, after.outcome, before.outcome)};
}

Word existing(const std::vector<LifeRelation::Result>& entries) {
    Word out = word(0);
    for (const auto& entry : entries) out = out + one_if(entry.next != number(LifeState::freed));
    return out;
}

}  // namespace

Victim any_victim(const std::string& name) { return {fresh_bit(name + ".goes"), fresh_word(name + ".references")}; }

LifeRelation::Result victim_after(const Semantics& semantics, const Victim& victim) {
    return live(semantics, {number(LifeState::confirmed), victim.references}, LifeEvent::remove);
}

Word counted_after(const Semantics& semantics, const Word& existing, const Word& max, const Victim& victim) {
    const Bit full = full_table::is_full<Symbolic>(existing, max);
    const Bit freed = full && victim.goes && victim_after(semantics, victim).next == number(LifeState::freed);
    return existing - one_if(freed) + one_if(semantics.table.is_admitted(existing, max, victim.goes));
}

Bit is_a_maximum(const Word& max) { return max != word(0) && Symbolic::below(max, word(1u << 31)); }

std::vector<Word> counts_of_first_packets(const Semantics& semantics, const Word& max, const std::vector<Bit>& held) {
    const Bit confirmed_only = no();  // nobody here is ASSURED, and none that is linked is dying
    const Bit may_go = semantics.table.may_be_dropped_early({confirmed_only, confirmed_only});
    std::vector<LifeRelation::Result> entries;
    std::vector<Word> out;
    for (const Bit& is_held : held) {
        const Word count = existing(entries);
        const Bit full = full_table::is_full<Symbolic>(count, max);
        Bit somebody = no();
        for (auto& entry : entries) {
            const Bit candidate = may_go && entry.next == number(LifeState::confirmed);
            const Bit goes =
                full && candidate && (Symbolic::bit(semantics.edition.full_table.takes_whole_chain) || !somebody);
            entry = if_so(semantics, entry, LifeEvent::remove, goes);
            somebody = somebody || candidate;
        }
        const Bit made = semantics.table.is_admitted(count, max, somebody);
        // It is made with its packet's reference, and confirmed as the packet leaves.
        LifeRelation::Result fresh{number(LifeState::unconfirmed), word(1)};
        fresh = if_so(semantics, live(semantics, fresh, LifeEvent::confirm), LifeEvent::release, !is_held);
        entries.push_back({Symbolic::select(made, fresh.next, number(LifeState::freed)), fresh.outcome});
        out.push_back(existing(entries));
    }
    return out;
}

}  // namespace conntrack::proofs

#include "proofs/packet_bytes.hpp"
#include "proofs/table_count.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

void state(Statement& s) {
    const Word existing = fresh_word("existing"), max = fresh_word("max");
    const Bit premise = is_a_maximum(max) && !Symbolic::below(max, existing);
    const auto victim = any_victim("victim");
    const auto after = counted_after(s.semantics(), existing, max, victim);
    s.prove("an entry is made", premise && victim.possible, !Symbolic::below(max, after));
    s.exhibit("a full table makes room",
              premise && victim.possible && existing == max && victim.goes && after == existing);
}

// --- the trace

/// First packets of flows that nobody answers, one after the other; some are held after they have left.
std::optional<Trace> trace(const Semantics& semantics, Solver& solver) {
    constexpr unsigned most = 4;
    for (unsigned length = 1; length <= most; ++length) {
        const Word max = fresh_word("max");
        std::vector<Bit> held;
        for (unsigned i = 0; i < length; ++i) held.push_back(fresh_bit("held" + std::to_string(i)));
        const auto counts = counts_of_first_packets(semantics, max, held);
        const Solved solved = solver.check((is_a_maximum(max) && Symbolic::below(max, counts.back())).ref());
        if (solved.answer != Answer::satisfiable) continue;
        Evaluation value(solved.model);
        const auto largest = static_cast<std::uint32_t>(value.of(max.ref()));
        Trace out{semantics.edition.id, {{"max", largest}}, {}, 1};
        for (unsigned i = 0; i < length; ++i) {
            const auto count = static_cast<std::uint32_t>(value.of(counts[i].ref()));
            const bool holds = value.of(held[i].ref()) != 0;
            TracedPacket packet;
            packet.at_ns = std::int64_t{i} * 1'000'000;
            packet.bytes = udp_packet_bytes(Direction::original, static_cast<std::uint16_t>(2000 + i));
            packet.text = "client port " + std::to_string(2000 + i) + (holds ? ", held" : "") + ": new, " +
                          std::to_string(count) + " of at most " + std::to_string(largest);
            packet.held = holds;
            packet.info = CtInfo::new_;
            packet.entry_stands = true;
            packet.existing = count;
            out.packets.push_back(packet);
        }
        return out;
    }
    return std::nullopt;
}

void admit_nobody(Semantics& s) {
    s.table.is_admitted = [](const Word& existing, const Word& max, const Bit&) {
        return !full_table::is_full<Symbolic>(existing, max);
    };
}

// --- what does hold

/// Entries that are in the table or on their way into it; the others have left, and wait for the packets that hold
/// them.
void state_alive(Statement& s) {
    const Word alive = fresh_word("alive"), left = fresh_word("left"), max = fresh_word("max");
    const auto victim = any_victim("victim");
    const Word existing = alive + left;
    const Bit premise = is_a_maximum(max) && !Symbolic::below(max, alive) && Symbolic::below(left, word(1u << 31)) &&
                        implies(victim.goes, alive != word(0));
    const Bit made = s.semantics().table.is_admitted(existing, max, victim.goes);
    const Bit loses = full_table::is_full<Symbolic>(existing, max) && victim.goes;
    const Word one = word(1), none = word(0);
    const Word after = alive - Symbolic::select(loses, one, none) + Symbolic::select(made, one, none);
    s.prove("an entry is made", premise && victim.possible, !Symbolic::below(max, after));
    s.prove("it leaves the table, held or not", victim.possible,
            implies(victim.goes, victim_after(s.semantics(), victim).next !=
                                     word(static_cast<std::uint32_t>(LifeState::confirmed))));
    s.exhibit("while others wait to be freed",
              premise && victim.possible && made && Symbolic::below(max, existing + one));
}

void admit_everybody(Semantics& s) {
    s.table.is_admitted = [](const Word&, const Word&, const Bit&) { return yes(); };
}

}  // namespace

Theorem the_count_never_exceeds_max() {
    return {.name = "the_count_never_exceeds_max",
            .sentence =
                "While the maximum is not lowered, making an entry never brings the number of entries that exist above "
                "it.",
            .answers = "Is nf_conntrack_max a bound on memory?",
            .bound = "maxima below 2^31",
            .expected = {Result::violated, Result::violated, Result::violated},
            .state = state,
            .defects = {{"a full table makes no room", EditionId::linux_2_6_9, admit_nobody},
                        {"a full table makes no room", EditionId::linux_2_6_32, admit_nobody},
                        {"a full table makes no room", EditionId::linux_6_18, admit_nobody}},
            .trace = trace};
}

Theorem the_count_exceeds_max_only_by_entries_that_have_left() {
    return {.name = "the_count_exceeds_max_only_by_entries_that_have_left",
            .sentence =
                "While the maximum is not lowered, the entries in the table and those on their way into it are never "
                "more than it: what exceeds it has left the table, and only a packet in flight still holds it.",
            .answers = "By how much can the count exceed the maximum?",
            .bound = "maxima below 2^31",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state_alive,
            .defects = {{"everybody is admitted", EditionId::linux_2_6_9, admit_everybody},
                        {"everybody is admitted", EditionId::linux_2_6_32, admit_everybody},
                        {"everybody is admitted", EditionId::linux_6_18, admit_everybody}},
            .file = "the_count_never_exceeds_max"};
}

}  // namespace conntrack::proofs

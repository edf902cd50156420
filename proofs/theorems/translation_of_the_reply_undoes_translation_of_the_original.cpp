#include "proofs/checksums.hpp"
#include "proofs/nat_entry.hpp"
#include "proofs/theorems/all.hpp"
#include "spec/wire/rewrite.hpp"

namespace conntrack::proofs {

namespace {

using nat::Manip;

std::string with(const char* what, bool icmp) { return std::string(what) + (icmp ? ", ICMP" : ""); }

// --- addresses, ports and ids

/// What every packet, and every ICMP error, of either direction needs: it leaves as that to which the other direction's
/// tuple is the answer, and quotes what its receiver had sent.
Bit comes_back(const SymbolicEnds& original, const Binding& b, bool icmp, const Edition& edition) {
    const invariant::Translation<Symbolic> t{original, b.reply, b.src.bound, b.dst.bound, icmp};
    return invariant::comes_back<Symbolic>(t) && invariant::quotation_comes_back<Symbolic>(t, edition);
}

/// By the marks: an invariant, kept by every decision that a search may come to.
void state_marks(Statement& s, bool icmp) {
    const SymbolicEnds original = any_ends("original");
    const Binding fresh{turned<Symbolic>(original, icmp), {no(), no()}, {no(), no()}};
    s.prove(with("a new entry", icmp), yes(), comes_back(original, fresh, icmp, s.edition()));
    for (const Manip manip : {Manip::src, Manip::dst}) {
        const Binding before = any_binding("e");
        const SymbolicEnds current = turned<Symbolic>(before.reply, icmp), chosen = any_ends("chosen");
        const Binding after = s.semantics().nat.decided(before, manip, current, chosen, icmp, s.edition());
        const Bit premise = comes_back(original, before, icmp, s.edition()) &&
                            s.semantics().nat.may_be_chosen(manip, current, chosen, icmp, s.edition());
        const char* what = manip == Manip::src ? "the source is decided" : "the destination is decided";
        s.prove(with(what, icmp), premise, comes_back(original, after, icmp, s.edition()));
        s.exhibit(with(what, icmp) + ": another than before", premise && !conntrack::same<Symbolic>(chosen, current));
    }
}

/// By records: each end is decided once, the destination first, for packets meet the hooks in this order.
void state_records(Statement& s, bool icmp) {
    const auto& nat = s.semantics().nat;
    const Edition& edition = s.edition();
    const SymbolicEnds original = any_ends("original"), answer = turned<Symbolic>(original, icmp);
    const SymbolicEnds between = any_ends("between"), last = any_ends("last");
    const Binding fresh{answer, {no(), no()}, {no(), no()}};
    const Binding one = nat.decided(fresh, Manip::dst, original, between, icmp, edition);
    const Binding two = nat.decided(one, Manip::src, turned<Symbolic>(one.reply, icmp), last, icmp, edition);
    const Bit premise = nat.may_be_chosen(Manip::dst, original, between, icmp, edition) &&
                        nat.may_be_chosen(Manip::src, turned<Symbolic>(one.reply, icmp), last, icmp, edition);
    std::vector<nat::Record<Symbolic>> records;
    for (const auto& r : nat.records_of(Hook::prerouting, original, between, answer, icmp)) records.push_back(r);
    const SymbolicEnds current = turned<Symbolic>(one.reply, icmp);
    for (const auto& r : nat.records_of(Hook::postrouting, current, last, answer, icmp)) records.push_back(r);
    s.prove(with("packets", icmp), premise,
            invariant::comes_back_by_records<Symbolic>(original, two.reply, records, icmp));
    s.prove(with("what ICMP errors quote", icmp), premise,
            invariant::quotation_comes_back_by_records<Symbolic>(original, two.reply, records, icmp));
    s.exhibit(with("both ends are translated", icmp),
              premise && records[0].kept && records[2].kept && records[4].kept && two.src.done && two.dst.done);
}

// --- checksums

/// Words are replaced one after the other; so what holds of one holds of any number of them.
void state_checksums(Statement& s) {
    const Word before = fresh_word("before"), after = fresh_word("after"), checksum = fresh_word("checksum");
    const Bit premise = is_half(before) && is_half(after) && is_half(checksum);
    const Word adjusted = s.semantics().nat.adjusted(checksum, before, after);
    s.prove("a checksum has sixteen bits", premise, is_half(adjusted));
    s.prove("a checksum is wrong by as much as it was", premise, is_same_sum(before + checksum, after + adjusted));

    // UDP says with 0 that there is no checksum; 0xffff is another way to write it.
    const RewriteSwitches& switches = s.edition().rewrite;
    const Word made = fresh_word("made");
    const Word udp = wire::udp_checksum<Symbolic>(checksum, made, true, switches);
    const Bit none = udp == word(0), summed = is_half(made) && checksum != word(0);
    s.prove("no UDP checksum stays none", checksum == word(0), none);
    s.prove("a UDP checksum is the adjusted one", summed, udp == made || (made == word(0) && udp == word(0xffff)));
    if (switches.udp_zero_sum_becomes_ones)
        s.prove("no UDP checksum gets lost", summed, !none);
    else
        s.exhibit("a UDP checksum gets lost", summed && none);
}

void state(Statement& s) {
    for (const bool icmp : {false, true}) s.edition().nat.keeps_records ? state_records(s, icmp) : state_marks(s, icmp);
    state_checksums(s);
}

void mark_nothing(Semantics& s) {
    s.nat.decided = [](const Binding& before, nat::Manip manip, const SymbolicEnds& current, const SymbolicEnds& chosen,
                       bool icmp, const Edition& edition) {
        Binding out = nat::decided<Symbolic>(before, manip, current, chosen, icmp, edition);
        out.dst.bound = before.dst.bound;
        return out;
    };
}
void keep_one_record(Semantics& s) {
    s.nat.records_of = [](Hook hook, const SymbolicEnds& before, const SymbolicEnds& after, const SymbolicEnds& answer,
                          bool icmp) {
        auto out = nat::records_of<Symbolic>(hook, before, after, answer, icmp);
        out[3].kept = no();
        return out;
    };
}
void forget_the_carry(Semantics& s) {
    s.nat.adjusted = [](const Word& checksum, const Word& before, const Word& after) {
        return (checksum + before - after) & word(0xffff);
    };
}

}  // namespace

Theorem translation_of_the_reply_undoes_translation_of_the_original() {
    return {
        .name = "translation_of_the_reply_undoes_translation_of_the_original",
        .sentence =
            "Whatever NAT rules bind, who sent a packet gets the answer to it: addresses, ports and ICMP ids of the "
            "reply are turned back, an ICMP error quotes to its receiver what that one had sent, and every "
            "checksum that was right stays right (in linux-2.6.x a UDP checksum may become none).",
        .answers = "Can a translated host get an answer that it cannot match with what it asked?",
        .bound = "",
        .expected = {Result::proved, Result::proved, Result::proved},
        .state = state,
        .defects = {{"a reply is translated at its destination only", EditionId::linux_2_6_9, keep_one_record},
                    {"a translated destination is not marked", EditionId::linux_2_6_32, mark_nothing},
                    {"a translated destination is not marked", EditionId::linux_6_18, mark_nothing},
                    {"checksums are adjusted without carry", EditionId::linux_6_18, forget_the_carry}}};
}

}  // namespace conntrack::proofs

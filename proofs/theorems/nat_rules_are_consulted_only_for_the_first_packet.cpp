#include "proofs/nat_entry.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

void state(Statement& s) {
    each_nat_packet(s.edition(), [&](const NatPacket& packet) {
        const NatEntry entry = any_nat_entry("e");
        const nat::Manip manip = nat::manip_at(packet.hook);
        const Bit done = nat::decision(entry.binding, manip).done;
        const auto met = meet(s.semantics(), entry, packet, any_ends("answer"));
        const std::string name = case_name(packet);
        const bool may_ask = packet.info == CtInfo::new_ || (packet.info == CtInfo::related && !packet.icmp);
        if (!may_ask) {
            s.prove(name + ": no rule is asked", yes(), !met.asked);
            s.prove(name + ": no answer takes effect", yes(), same(met.binding, entry.binding));
            return;
        }
        s.prove(name + ": once decided, no rule is asked", done, !met.asked);
        s.prove(name + ": once decided, no answer takes effect", done, same(met.binding, entry.binding));
        s.prove(name + ": once confirmed, no answer takes effect", entry.confirmed, same(met.binding, entry.binding));
        s.prove(name + ": an answer that takes effect is the last", met.takes_effect,
                nat::decision(met.binding, manip).done && met.asked);
        s.exhibit(name + ": the first packet's rules are asked", !entry.confirmed && met.takes_effect);
        if (s.edition().nat.consults_for_confirmed)
            s.exhibit(name + ": rules are asked in vain", entry.confirmed && met.asked);
    });
    // Packets after the first reply, and all replies, are ESTABLISHED: none of them is a case that asks.
    const Word established = word(static_cast<std::uint32_t>(CtInfo::established));
    s.prove(
        "a reply is ESTABLISHED", yes(),
        s.semantics().packet_state(Direction::reply, fresh_bit("seen_reply"), fresh_bit("expected")) == established);
    s.prove("so is what follows it", yes(),
            s.semantics().packet_state(Direction::original, yes(), fresh_bit("expected")) == established);
}

void forget_the_mark(Semantics& s) {
    s.nat.decided = [](const Binding& before, nat::Manip manip, const SymbolicEnds& current, const SymbolicEnds& chosen,
                       bool icmp, const Edition& edition) {
        Binding out = nat::decided<Symbolic>(before, manip, current, chosen, icmp, edition);
        (manip == nat::Manip::src ? out.src : out.dst).done = no();
        return out;
    };
}
void ask_established(Semantics& s) {
    s.nat.consults_rules = [](const AtHook& at) { return !at.done && nat::is_met<Symbolic>(at); };
}

}  // namespace

Theorem nat_rules_are_consulted_only_for_the_first_packet() {
    return {
        .name = "nat_rules_are_consulted_only_for_the_first_packet",
        .sentence =
            "No NAT rule's answer takes effect once its end of the flow is decided or the entry is confirmed; and no "
            "rule is asked for an ESTABLISHED packet or an ICMP error.",
        .answers = "Why does the packet counter of a NAT rule count connections, not packets?",
        .bound = "",
        .expected = {Result::proved, Result::proved, Result::proved},
        .state = state,
        .defects = {{"a decision leaves no mark", EditionId::linux_2_6_9, forget_the_mark},
                    {"a decision leaves no mark", EditionId::linux_2_6_32, forget_the_mark},
                    {"a decision leaves no mark", EditionId::linux_6_18, forget_the_mark},
                    {"rules are asked for every packet", EditionId::linux_6_18, ask_established}}};
}

}  // namespace conntrack::proofs

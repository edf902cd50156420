#include "proofs/nat_entry.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

/// Whatever the rules of the moment answer, to whatever packet at whatever hook.
void state_confirmed(Statement& s) {
    each_nat_packet(s.edition(), [&](const NatPacket& packet) {
        const NatEntry entry = any_nat_entry("e");
        const auto met = meet(s.semantics(), entry, packet, any_ends("answer"));
        s.prove("confirmed: " + case_name(packet), entry.confirmed, same(met.binding, entry.binding));
    });
    // A confirmed entry is never new again, so no later packet makes its binding.
    const Word references = fresh_word("references");
    for (const LifeState from : {LifeState::confirmed, LifeState::dying})
        for (std::size_t event = 0; event <= static_cast<std::size_t>(LifeEvent::condemn); ++event) {
            const auto next =
                s.semantics().life.step(word(static_cast<std::uint32_t>(from)), event, {references}, references).next;
            s.prove(std::string(from == LifeState::confirmed ? "confirmed" : "dying") + ": after event " +
                        std::to_string(event),
                    references != word(0), next != word(static_cast<std::uint32_t>(LifeState::unconfirmed)));
        }
}

/// Before it is confirmed, what was decided of one end stays when the other end is.
void state_decided(Statement& s) {
    each_nat_packet(s.edition(), [&](const NatPacket& packet) {
        const nat::Manip manip = nat::manip_at(packet.hook), other = nat::opposite(manip);
        const NatEntry entry = any_nat_entry("e");
        const auto chosen = any_ends("answer");
        const auto met = meet(s.semantics(), entry, packet, chosen);
        const auto& before = nat::decision(entry.binding, other);
        const auto& after = nat::decision(met.binding, other);
        s.prove("decided: " + case_name(packet), nat::decision(entry.binding, manip).done,
                same(met.binding, entry.binding));
        const Bit permitted = s.semantics().nat.may_be_chosen(manip, turned<Symbolic>(entry.binding.reply, packet.icmp),
                                                              chosen, packet.icmp, s.edition()) &&
                              before.done;
        s.prove("the other end is decided: " + case_name(packet), permitted, after.bound == before.bound && after.done);
        // Of linux-2.6.9 that holds of the source port only while its own end is decided last, as packets pass the
        // hooks.
        if (manip == nat::Manip::dst && s.edition().nat.implicit_source) return;
        const auto& kept = manip == nat::Manip::src ? entry.binding.reply.src : entry.binding.reply.dst;
        const auto& left = manip == nat::Manip::src ? met.binding.reply.src : met.binding.reply.dst;
        s.prove("the other end stays: " + case_name(packet), permitted,
                left.address == kept.address && (Symbolic::bit(packet.icmp) || left.part == kept.part));
    });
}

/// When the hooks go: later editions let bindings rest, the earlier ones unload NAT, and know no binding any more; the
/// tuples stay all the same.
void state_without_hooks(Statement& s) {
    const Binding before = any_binding("e.binding");
    const bool forgets = nat::is_unloaded(true, false, s.edition());
    const Binding after = forgets ? nat::unloaded<Symbolic>(before) : before;
    s.prove("the hooks go: the reply tuple stays", yes(), conntrack::same<Symbolic>(after.reply, before.reply));
    if (forgets)
        s.exhibit("NAT is unloaded: what was bound is so no more", before.src.bound && !after.src.bound);
    else
        s.prove("the hooks go: the binding rests", yes(), same(after, before));
    for (const Hook hook : nat_hooks)
        s.prove("nothing is translated without hooks: " + std::string(name(hook)), yes(),
                Symbolic::bit(!nat::stands_at(hook, false, s.edition())));
}

void state(Statement& s) {
    state_confirmed(s);
    state_decided(s);
    state_without_hooks(s);
}

/// A rule that is added later is asked for flows that exist, too.
void ask_again(Semantics& s) {
    s.nat.answer_takes_effect = [](const AtHook& at) {
        return Symbolic::bit(at.info == CtInfo::new_) && nat::is_met<Symbolic>(at);
    };
}
/// The second decision begins with a clean slate.
void decide_afresh(Semantics& s) {
    s.nat.decided = [](const Binding& before, nat::Manip manip, const SymbolicEnds& current, const SymbolicEnds& chosen,
                       bool icmp, const Edition& edition) {
        Binding out = nat::decided<Symbolic>(before, manip, current, chosen, icmp, edition);
        nat::EndDecision<Symbolic>& other = manip == nat::Manip::src ? out.dst : out.src;
        other.bound = other.done = no();
        return out;
    };
}

}  // namespace

Theorem nat_binding_never_changes_while_the_entry_lives() {
    return {.name = "nat_binding_never_changes_while_the_entry_lives",
            .sentence =
                "From confirmation to deletion the reply tuple and the NAT marks of an entry never change, whatever "
                "rules come and go at every step; without NAT hooks nothing is translated, but the binding rests. Only "
                "unloading NAT, which linux-2.6.x can do, takes the marks (not the tuple).",
            .answers = "Why does a flow keep its translation after the rule was deleted or changed?",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"rules are asked for entries that exist", EditionId::linux_2_6_9, ask_again},
                        {"rules are asked for entries that exist", EditionId::linux_2_6_32, ask_again},
                        {"rules are asked for entries that exist", EditionId::linux_6_18, ask_again},
                        {"the second decision forgets the first", EditionId::linux_6_18, decide_afresh}}};
}

}  // namespace conntrack::proofs

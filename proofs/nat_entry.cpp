#include "proofs/nat_entry.hpp"

namespace conntrack::proofs {

namespace {

Binding choose(const Bit& condition, const Binding& a, const Binding& b) {
    const auto end = [&](const nat::EndDecision<Symbolic>& x, const nat::EndDecision<Symbolic>& y) {
        return nat::EndDecision<Symbolic>{Symbolic::select(condition, x.bound, y.bound),
                                          Symbolic::select(condition, x.done, y.done)};
    };
    return {conntrack::choose<Symbolic>(condition, a.reply, b.reply), end(a.src, b.src), end(a.dst, b.dst)};
}

}  // namespace

NatMet meet(const Semantics& semantics, const NatEntry& entry, const NatPacket& packet, const SymbolicEnds& chosen) {
    const nat::Manip manip = nat::manip_at(packet.hook);
    const AtHook at{&semantics.edition, packet.info,       packet.icmp, nat::decision(entry.binding, manip).done,
                    entry.confirmed,    entry.met_when_new};
    const Bit takes_effect = semantics.nat.answer_takes_effect(at);
    const SymbolicEnds current = turned<Symbolic>(entry.binding.reply, packet.icmp);
    const Binding decided =
        semantics.nat.decided(entry.binding, manip, current, chosen, packet.icmp, semantics.edition);
    return {semantics.nat.consults_rules(at), takes_effect, choose(takes_effect, decided, entry.binding)};
}

SymbolicEnds any_ends(const std::string& name) {
    return {{fresh_address(name + ".src"), fresh_word(name + ".src_part")},
            {fresh_address(name + ".dst"), fresh_word(name + ".dst_part")}};
}

Binding any_binding(const std::string& name) {
    return {any_ends(name + ".reply"),
            {fresh_bit(name + ".src_bound"), fresh_bit(name + ".src_done")},
            {fresh_bit(name + ".dst_bound"), fresh_bit(name + ".dst_done")}};
}

NatEntry any_nat_entry(const std::string& name) {
    return {any_binding(name), fresh_bit(name + ".confirmed"), fresh_bit(name + ".met_when_new")};
}

Bit same(const Binding& a, const Binding& b) {
    return conntrack::same<Symbolic>(a.reply, b.reply) && a.src.bound == b.src.bound && a.src.done == b.src.done &&
           a.dst.bound == b.dst.bound && a.dst.done == b.dst.done;
}

std::string case_name(const NatPacket& packet) {
    return std::string(name(packet.hook)) + ", " + std::string(name(packet.info)) + (packet.icmp ? ", ICMP" : "");
}

}  // namespace conntrack::proofs

// When NAT asks its rules: for a flow's first packet alone, once for the destination and once for the source. What was
// decided then sticks to the entry; no later answer of a rule has an effect.
// Sources: ip_nat_fn(), nf_nat_fn(), nf_nat_inet_fn(), ip_nat_setup_info(), nf_nat_setup_info(), clean_nat().
#pragma once

#include "spec/edition.hpp"
#include "spec/ends.hpp"
#include "spec/nat/manip.hpp"
#include "spec/verdict.hpp"

namespace conntrack::nat {

/// A packet with an entry at a NAT hook.
template <class D>
struct AtHook {
    const Edition* edition;
    CtInfo info;
    bool icmp;                     // ICMP in IPv4, ICMPv6 in IPv6
    typename D::Bit done;          // this part was decided before: a binding, or that there is none
    typename D::Bit confirmed;     // the entry has been confirmed
    typename D::Bit met_when_new;  // NAT saw the entry before it was confirmed
};

/// An ICMP error is translated by the bindings of the flow it is about, and never asks a rule.
template <class D>
bool is_error(const AtHook<D>& at) {
    return at.info == CtInfo::related && at.icmp;
}

/// Does NAT see this packet at all? linux-2.6.32 leaves entries alone that were confirmed before it was loaded.
template <class D>
typename D::Bit is_met(const AtHook<D>& at) {
    return D::bit(!at.edition->nat.ignores_what_it_met_late) || at.met_when_new || !at.confirmed;
}

/// Are the rules of this hook's chain asked?
template <class D>
typename D::Bit consults_rules(const AtHook<D>& at) {
    const bool first = at.info == CtInfo::new_ || (at.info == CtInfo::related && !at.icmp);
    const auto confirmed = D::bit(!at.edition->nat.consults_for_confirmed) && at.confirmed;
    return D::bit(first) && is_met<D>(at) && !at.done && !confirmed;
}

/// Does the answer become the entry's binding? Only while nobody else can have seen the entry.
template <class D>
typename D::Bit answer_takes_effect(const AtHook<D>& at) {
    return consults_rules<D>(at) && !at.confirmed;
}

/// What NAT has decided of one end of a flow. An edition that keeps records marks nothing as bound.
template <class D>
struct EndDecision {
    typename D::Bit bound, done;
};

/// What NAT has decided of a flow: all of it stands in the tuple of its reply and in these marks.
template <class D>
struct Binding {
    Ends<D> reply;
    EndDecision<D> src, dst;
};

template <class D>
const EndDecision<D>& decision(const Binding<D>& binding, Manip manip) {
    return manip == Manip::src ? binding.src : binding.dst;
}

/// The binding after a hook's decision. Packets of the original direction would leave as `current`; they are to leave
/// as `chosen`.
template <class D>
Binding<D> decided(const Binding<D>& before, Manip manip, const Ends<D>& current, const Ends<D>& chosen, bool icmp,
                   const Edition& edition) {
    const auto changes = !same<D>(current, chosen);
    Binding<D> out{choose<D>(changes, turned<D>(chosen, icmp), before.reply), before.src, before.dst};
    EndDecision<D>& end = manip == Manip::src ? out.src : out.dst;
    if (!edition.nat.keeps_records) end.bound = end.bound || changes;
    end.done = D::bit(true);
    return out;
}

/// Is NAT unloaded when its hooks go? Later editions cannot do without it: there bindings rest.
constexpr bool is_unloaded(bool had_hooks, bool has_hooks, const Edition& edition) {
    return had_hooks && !has_hooks && edition.nat.forgets_when_unloaded;
}

/// The binding after NAT was unloaded: the tuples stay as they are.
template <class D>
Binding<D> unloaded(const Binding<D>& before) {
    const auto no = D::bit(false);
    return {before.reply, {no, no}, {no, no}};
}

}  // namespace conntrack::nat

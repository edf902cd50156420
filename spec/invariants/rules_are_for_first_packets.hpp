// NAT rules are asked for the first packets of a flow alone: for none that is ESTABLISHED, none without an entry, and
// no ICMP error.
#pragma once

#include "spec/invariants/passage_view.hpp"

namespace conntrack::invariant {

constexpr bool rules_are_for_first_packets(const PassageView& p) {
    if (!p.asked_nat_rules) return true;
    return p.entry && !p.about_a_flow && p.info && (*p.info == CtInfo::new_ || *p.info == CtInfo::related);
}

}  // namespace conntrack::invariant

// An entry as NAT knows it, and what a packet at one of its hooks makes of it. A test holds this against the running
// router.
#pragma once

#include "proofs/semantics.hpp"
#include "spec/invariants/comes_back.hpp"

#include <array>
#include <string>

namespace conntrack::proofs {

/// The direction, hook and kind of the packet are cases of a proof, never variables.
struct NatEntry {
    Binding binding;
    Bit confirmed, met_when_new;
};

struct NatPacket {
    Hook hook;
    CtInfo info;
    bool icmp;  // the packet's protocol, which is the flow's but for ICMP errors
};

/// What a packet at a hook makes of an entry whose rules, and the search, answer `chosen`.
struct NatMet {
    Bit asked, takes_effect;
    Binding binding;
};
NatMet meet(const Semantics& semantics, const NatEntry& entry, const NatPacket& packet, const SymbolicEnds& chosen);

/// Variables, their names beginning with `name`.
SymbolicEnds any_ends(const std::string& name);
Binding any_binding(const std::string& name);
NatEntry any_nat_entry(const std::string& name);

Bit same(const Binding& a, const Binding& b);

inline constexpr std::array<Hook, 4> nat_hooks = {Hook::prerouting, Hook::output, Hook::input, Hook::postrouting};

/// "postrouting, RELATED, ICMP".
std::string case_name(const NatPacket& packet);

/// Calls visit(packet) for every case of a packet with an entry at a hook with NAT.
template <class Visit>
void each_nat_packet(const Edition& edition, Visit visit) {
    for (const Hook hook : nat_hooks)
        for (const CtInfo info : {CtInfo::new_, CtInfo::established, CtInfo::related})
            for (const bool icmp : {false, true})
                if (nat::stands_at(hook, true, edition)) visit(NatPacket{hook, info, icmp});
}

}  // namespace conntrack::proofs

// What translation does to a packet: which of its ends change, and into what. A packet of either direction leaves as
// the answer to the other direction's tuple; a packet that an ICMP error quotes turns back into that tuple itself.
// Sources: nf_nat_packet(), nf_nat_icmp_reply_translation(), icmp_manip_pkt().
#pragma once

#include "spec/edition.hpp"
#include "spec/ends.hpp"
#include "spec/nat/manip.hpp"

namespace conntrack::nat {

/// Is there NAT at this hook while its hooks are in force? Without them no packet is translated, and bindings rest.
constexpr bool stands_at(Hook hook, bool in_force, const Edition& edition) {
    const bool local = hook == Hook::input || hook == Hook::output;
    return in_force && (!local || edition.nat.local_hooks);
}

/// Is this part of a packet that travels in direction `dir` rewritten? A source binding changes the source of the
/// original direction and the destination of the reply.
template <class D>
typename D::Bit is_translated(Manip manip, Direction dir, const typename D::Bit& src_nat,
                              const typename D::Bit& dst_nat) {
    return (manip == Manip::src) == (dir == Direction::original) ? src_nat : dst_nat;
}

/// What that part becomes. `other` is the tuple of the direction that the packet does not travel in.
template <class D>
End<D> target(Manip manip, const Ends<D>& other, bool icmp) {
    const End<D>& end = manip == Manip::src ? other.dst : other.src;
    return icmp ? End<D>{end.address, other.src.part} : end;
}

/// Is the opposite part of what an ICMP error quotes rewritten at a hook? `outer`: this part of the error itself is.
template <class D>
typename D::Bit quotation_is_translated(const typename D::Bit& outer, const Edition& edition) {
    return D::bit(edition.nat.inner_always_rewritten) || outer;
}

/// What a part of the packet that an ICMP error quotes becomes. `other` is the tuple of the direction that the error
/// does not travel in, which is the one that the quoted packet did.
template <class D>
End<D> quoted_target(Manip manip, const Ends<D>& other, bool icmp) {
    const End<D>& end = manip == Manip::src ? other.src : other.dst;
    return icmp ? End<D>{end.address, other.src.part} : end;
}

/// Must an ICMP redirect be dropped? Its hosts would talk past the translation.
template <class D>
typename D::Bit redirect_is_dropped(const typename D::Bit& both_decided, const typename D::Bit& any_binding) {
    return !both_decided || any_binding;
}

}  // namespace conntrack::nat

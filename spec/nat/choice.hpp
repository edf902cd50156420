// What NAT's search for a free tuple may change, and which entry may have to make room for it.
// Sources: get_unique_tuple() of ip_nat_core.c and nf_nat_core.c; nf_nat_used_tuple_harder().
#pragma once

#include "spec/edition.hpp"
#include "spec/ends.hpp"
#include "spec/nat/manip.hpp"
#include "spec/tcp/state.hpp"

#include <cstdint>

namespace conntrack::nat {

/// May packets that would leave as `current` leave as `chosen`, when one end is decided? Only that end changes. But an
/// ICMP id belongs to both, and linux-2.6.9 may take another source port where the destination clashes.
template <class D>
typename D::Bit may_be_chosen(Manip manip, const Ends<D>& current, const Ends<D>& chosen, bool icmp,
                              const Edition& edition) {
    const auto part_may_change = [&](bool may, const typename D::Word& before, const typename D::Word& after) {
        return D::bit(may) || before == after;
    };
    const bool src = manip == Manip::src;
    const End<D>& kept = src ? current.dst : current.src;
    const End<D>& chosen_kept = src ? chosen.dst : chosen.src;
    return kept.address == chosen_kept.address &&
           part_may_change(src || icmp || edition.nat.implicit_source, current.src.part, chosen.src.part) &&
           part_may_change(!src && !icmp, current.dst.part, chosen.dst.part);
}

/// Does a search that has so many tries left look whether the entry in its way has ended? Only for a connection that
/// opens.
constexpr bool looks_at_ended(std::uint32_t tries_left, tcp::State opening, const Edition& edition) {
    constexpr std::uint32_t last_tries = 32;
    return edition.nat.evicts_closed && tries_left <= last_tries && opening == tcp::State::syn_sent;
}

/// A TCP entry that stands in the way of a search, found by its reply tuple.
template <class D>
struct InTheWay {
    tcp::State state;
    typename D::Bit src_nat, fixed_timeout, dying;
    typename D::Word end;  // td_end of its original side
};

/// Must it go? If it has ended, and the new connection's sequence numbers are past its own. States from TIME_WAIT on
/// count, and SYN_SENT2 is one of them.
template <class D>
typename D::Bit makes_room(const InTheWay<D>& old, const typename D::Word& new_end) {
    return D::bit(old.state >= tcp::State::time_wait) && old.src_nat && !old.fixed_timeout && !old.dying &&
           D::after(new_end, old.end);
}

}  // namespace conntrack::nat

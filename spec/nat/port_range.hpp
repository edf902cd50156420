// Among which ports (ids, keys) NAT searches when the present one will not do.
// Sources: tcp_unique_tuple() and icmp_unique_tuple() of 2.6.9, nf_nat_proto_common.c, nf_nat_l4proto_unique_tuple().
#pragma once

#include "spec/domain.hpp"
#include "spec/edition.hpp"
#include "spec/nat/manip.hpp"
#include "spec/nat/range.hpp"
#include "spec/tuple.hpp"

namespace conntrack::nat {

/// `size` parts from `first` on, as the kernel counts them; none if the size is 0.
template <class D>
struct PartRange {
    typename D::Word first, size;
};

/// Does the protocol have a part that NAT can search with?
constexpr bool has_searchable_part(std::uint8_t proto, const Edition& edition) {
    switch (proto) {
        case protocol::icmp:
        case protocol::tcp:
        case protocol::udp: return true;
        case protocol::icmpv6:
        case protocol::udplite:
        case protocol::sctp: return edition.nat.searches_more_protocols;
        case protocol::dccp: return edition.nat.searches_dccp;
        default: return false;
    }
}

/// Where no range is given, a source port stays in the class of the old one: below 512, below 1024, or above.
template <class D>
PartRange<D> same_class(const typename D::Word& port) {
    const auto low = D::below(port, D::word(512)), reserved = D::below(port, D::word(1024));
    return {D::select(low, D::word(1), D::select(reserved, D::word(600), D::word(1024))),
            D::select(low, D::word(511), D::select(reserved, D::word(424), D::word(64512)))};
}

/// `part` is the present one. An edition that counts ids as they are stored takes the range as it is stored, too.
template <class D>
PartRange<D> searched_parts(const NatRange& range, Manip manip, std::uint8_t proto, const typename D::Word& part,
                            const Edition& edition) {
    const bool icmp = proto == protocol::icmp || proto == protocol::icmpv6;
    if (range.proto_specified) {
        const bool swapped = range.port_max < range.port_min && edition.nat.swaps_port_range;
        const std::uint32_t first = swapped ? range.port_max : range.port_min;
        const std::uint32_t last = swapped ? range.port_min : range.port_max;
        return {D::word(first), D::word(last < first ? 0 : last - first + 1)};
    }
    if (icmp) return {D::word(0), D::word(edition.nat.icmp_ids)};
    if (manip == Manip::dst) return {D::word(0), D::word(0)};
    return same_class<D>(part);
}

}  // namespace conntrack::nat

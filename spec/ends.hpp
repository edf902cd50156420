// The two ends of a flow in every value domain, and what tells tuples apart: rules about tuples see no more than this.
#pragma once

#include "spec/domain.hpp"
#include "spec/tuple.hpp"

namespace conntrack {

/// One end of a tuple: an address, and a port or an ICMP id.
template <class D>
struct End {
    typename D::Address address;
    typename D::Word part;
};

/// An ICMP id stands in the source; the destination's part is type and code.
template <class D>
struct Ends {
    End<D> src, dst;
};

/// A whole tuple: its ends, protocol and family in one word, and the zone.
template <class D>
struct TupleKey {
    Ends<D> ends;
    typename D::Word protocol, zone;
};

template <class D>
constexpr typename D::Bit same(const End<D>& a, const End<D>& b) {
    return a.address == b.address && a.part == b.part;
}
template <class D>
constexpr typename D::Bit same(const Ends<D>& a, const Ends<D>& b) {
    return same<D>(a.src, b.src) && same<D>(a.dst, b.dst);
}
template <class D>
constexpr typename D::Bit same(const TupleKey<D>& a, const TupleKey<D>& b) {
    return same<D>(a.ends, b.ends) && a.protocol == b.protocol && a.zone == b.zone;
}

template <class D>
constexpr End<D> choose(const typename D::Bit& condition, const End<D>& a, const End<D>& b) {
    return {D::select(condition, a.address, b.address), D::select(condition, a.part, b.part)};
}
template <class D>
constexpr Ends<D> choose(const typename D::Bit& condition, const Ends<D>& a, const Ends<D>& b) {
    return {choose<D>(condition, a.src, b.src), choose<D>(condition, a.dst, b.dst)};
}

/// The ends of the answer. An ICMP id stays in the source; that of type and code another type answers (icmp::partner())
/// is left to the caller.
template <class D>
constexpr Ends<D> turned(const Ends<D>& t, bool icmp) {
    if (!icmp) return {t.dst, t.src};
    return {{t.dst.address, t.src.part}, {t.src.address, t.dst.part}};
}

constexpr Ends<Concrete> ends_of(const Tuple& t) { return {{t.src, t.src_part}, {t.dst, t.dst_part}}; }

constexpr TupleKey<Concrete> key_of(const Tuple& t) {
    return {ends_of(t), static_cast<std::uint32_t>(t.family) << 8 | t.proto, t.zone};
}

/// The tuple with other ends; the type and code of an ICMP tuple stay.
constexpr Tuple with_ends(Tuple t, const Ends<Concrete>& ends, bool icmp) {
    t.src = ends.src.address;
    t.dst = ends.dst.address;
    t.src_part = static_cast<std::uint16_t>(ends.src.part);
    if (!icmp) t.dst_part = static_cast<std::uint16_t>(ends.dst.part);
    return t;
}

}  // namespace conntrack

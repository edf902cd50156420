// What goes out one way comes back the other: a packet of either direction, translated, has the other direction's tuple
// for its answer. So the answer is found, and its translation is the mirror image of what came.
#pragma once

#include "spec/invariants/entry_view.hpp"
#include "spec/invariants/tcp_view.hpp"
#include "spec/nat/translation.hpp"

namespace conntrack::invariant {

/// An entry's tuples and bindings, in any value domain.
template <class D>
struct Translation {
    nat::Ends<D> original, reply;
    typename D::Bit src_nat, dst_nat;
    bool icmp;
};

/// A packet of direction `dir` after both hooks.
template <class D>
nat::Ends<D> left(const Translation<D>& t, Direction dir) {
    const nat::Ends<D>& came = dir == Direction::original ? t.original : t.reply;
    const nat::Ends<D>& others = dir == Direction::original ? t.reply : t.original;
    nat::Ends<D> out = came;
    for (const nat::Manip manip : {nat::Manip::dst, nat::Manip::src}) {
        const auto changed = nat::is_translated<D>(manip, dir, t.src_nat, t.dst_nat);
        const nat::End<D> to = nat::target<D>(manip, others, t.icmp);
        nat::End<D>& end = manip == nat::Manip::src ? out.src : out.dst;
        end.address = D::select(changed, to.address, end.address);
        auto& part = t.icmp ? out.src.part : end.part;
        part = D::select(changed, to.part, part);
    }
    return out;
}

/// Does a packet with tuple `a` answer one with tuple `b`? (Types of ICMP aside.)
template <class D>
typename D::Bit is_answer(const nat::Ends<D>& a, const nat::Ends<D>& b, bool icmp) {
    const auto addresses = a.src.address == b.dst.address && a.dst.address == b.src.address;
    return addresses && (icmp ? a.src.part == b.src.part : a.src.part == b.dst.part && a.dst.part == b.src.part);
}

template <class D>
typename D::Bit comes_back(const Translation<D>& t) {
    return is_answer<D>(t.reply, left<D>(t, Direction::original), t.icmp) &&
           is_answer<D>(t.original, left<D>(t, Direction::reply), t.icmp);
}

constexpr nat::Ends<Concrete> ends_of(const Tuple& t) { return {{t.src, t.src_part}, {t.dst, t.dst_part}}; }

/// The same by the records of linux-2.6.9, at the hooks of a packet that is forwarded.
constexpr nat::Ends<Concrete> left_by_records(const EntryView& e, Direction dir) {
    nat::Ends<Concrete> out = ends_of(dir == Direction::original ? e.original : e.reply);
    for (const Hook hook : {Hook::prerouting, Hook::postrouting})
        for (std::size_t i = 0; i < e.record_count; ++i) {
            const NatRecord& r = e.records[i];
            if (r.dir != dir || r.hook != hook) continue;
            nat::End<Concrete>& end = r.manip == nat::Manip::src ? out.src : out.dst;
            end.address = r.address;
            (e.original.is_icmp() ? out.src.part : end.part) = r.part;
        }
    return out;
}

inline bool comes_back(const EntryView& e) {
    if (e.bindings_forgotten) return true;
    const bool icmp = e.original.is_icmp();
    if (!e.edition->nat.keeps_records)
        return comes_back<Concrete>(
            {ends_of(e.original), ends_of(e.reply), e.bound(nat::Manip::src), e.bound(nat::Manip::dst), icmp});
    return is_answer<Concrete>(ends_of(e.reply), left_by_records(e, Direction::original), icmp) &&
           is_answer<Concrete>(ends_of(e.original), left_by_records(e, Direction::reply), icmp);
}

}  // namespace conntrack::invariant

// What goes out one way comes back the other: a packet of either direction, translated, has the other direction's tuple
// for its answer. So the answer is found, and its translation is the mirror image of what came; and whoever gets an
// ICMP error finds quoted in it what it had sent.
#pragma once

#include "spec/invariants/entry_view.hpp"
#include "spec/invariants/tcp_view.hpp"
#include "spec/nat/record.hpp"
#include "spec/nat/translation.hpp"

#include <algorithm>
#include <vector>

namespace conntrack::invariant {

/// An entry's tuples and bindings, in any value domain.
template <class D>
struct Translation {
    Ends<D> original, reply;
    typename D::Bit src_nat, dst_nat;
    bool icmp;
};

/// Puts a part of a packet, on that condition; an ICMP id is the same whichever part it is put for.
template <class D>
void replace_end(Ends<D>& ends, nat::Manip manip, const End<D>& to, const typename D::Bit& condition, bool icmp) {
    End<D>& end = manip == nat::Manip::src ? ends.src : ends.dst;
    end.address = D::select(condition, to.address, end.address);
    auto& part = icmp ? ends.src.part : end.part;
    part = D::select(condition, to.part, part);
}

/// A packet of direction `dir` after both hooks.
template <class D>
Ends<D> left(const Translation<D>& t, Direction dir) {
    const Ends<D>& came = dir == Direction::original ? t.original : t.reply;
    const Ends<D>& others = dir == Direction::original ? t.reply : t.original;
    Ends<D> out = came;
    for (const nat::Manip manip : {nat::Manip::dst, nat::Manip::src}) {
        const auto changed = nat::is_translated<D>(manip, dir, t.src_nat, t.dst_nat);
        const End<D> to = nat::target<D>(manip, others, t.icmp);
        replace_end<D>(out, manip, to, changed, t.icmp);
    }
    return out;
}

/// The packet that an ICMP error of direction `dir` quotes, after both hooks: it comes as it left the router, which is
/// as the question to which a packet of that direction is the answer.
template <class D>
Ends<D> quotation_left(const Translation<D>& t, Direction dir, const Edition& edition) {
    const Ends<D>& others = dir == Direction::original ? t.reply : t.original;
    Ends<D> out = turned<D>(dir == Direction::original ? t.original : t.reply, t.icmp);
    for (const nat::Manip manip : {nat::Manip::dst, nat::Manip::src}) {
        const auto outer = nat::is_translated<D>(manip, dir, t.src_nat, t.dst_nat);
        const nat::Manip inner = nat::opposite(manip);
        replace_end<D>(out, inner, nat::quoted_target<D>(inner, others, t.icmp),
                       nat::quotation_is_translated<D>(outer, edition), t.icmp);
    }
    return out;
}

/// Are the two equal? (Types of ICMP aside.)
template <class D>
typename D::Bit agree(const Ends<D>& a, const Ends<D>& b, bool icmp) {
    return a.src.address == b.src.address && a.dst.address == b.dst.address && a.src.part == b.src.part &&
           (D::bit(icmp) || a.dst.part == b.dst.part);
}

/// Does a packet with tuple `a` answer one with tuple `b`?
template <class D>
typename D::Bit is_answer(const Ends<D>& a, const Ends<D>& b, bool icmp) {
    return agree<D>(a, turned<D>(b, icmp), icmp);
}

template <class D>
typename D::Bit comes_back(const Translation<D>& t) {
    return is_answer<D>(t.reply, left<D>(t, Direction::original), t.icmp) &&
           is_answer<D>(t.original, left<D>(t, Direction::reply), t.icmp);
}
template <class D>
typename D::Bit quotation_comes_back(const Translation<D>& t, const Edition& edition) {
    return agree<D>(quotation_left<D>(t, Direction::original, edition), t.reply, t.icmp) &&
           agree<D>(quotation_left<D>(t, Direction::reply, edition), t.original, t.icmp);
}

/// A packet of direction `dir` that comes as `came`, after the hooks at which it is forwarded, by the records of
/// linux-2.6.9 in their order; or what an ICMP error of that direction quotes.
template <class D, class Records>
Ends<D> left_by_records(const Ends<D>& came, const Records& records, Direction dir, bool quoted, bool icmp) {
    Ends<D> out = came;
    for (const Hook hook : {Hook::prerouting, Hook::postrouting})
        for (const nat::Record<D>& r : records) {
            if (r.dir != dir || r.hook != hook) continue;
            replace_end<D>(out, quoted ? nat::opposite(r.manip) : r.manip, r.to, r.kept, icmp);
        }
    return out;
}

/// comes_back() by records, for packets and for what ICMP errors quote.
template <class D, class Records>
typename D::Bit comes_back_by_records(const Ends<D>& original, const Ends<D>& reply, const Records& records,
                                      bool icmp) {
    const auto left = [&](const Ends<D>& came, Direction dir) {
        return left_by_records<D>(came, records, dir, false, icmp);
    };
    return is_answer<D>(reply, left(original, Direction::original), icmp) &&
           is_answer<D>(original, left(reply, Direction::reply), icmp);
}
template <class D, class Records>
typename D::Bit quotation_comes_back_by_records(const Ends<D>& original, const Ends<D>& reply, const Records& records,
                                                bool icmp) {
    const auto left = [&](const Ends<D>& answered, Direction dir) {
        return left_by_records<D>(turned<D>(answered, icmp), records, dir, true, icmp);
    };
    return agree<D>(left(original, Direction::original), reply, icmp) &&
           agree<D>(left(reply, Direction::reply), original, icmp);
}

inline bool comes_back(const EntryView& e) {
    if (e.bindings_forgotten) return true;
    const bool icmp = e.original.is_icmp();
    const auto original = ends_of(e.original), reply = ends_of(e.reply);
    if (!e.edition->nat.keeps_records) {
        const Translation<Concrete> t{original, reply, e.bound(nat::Manip::src), e.bound(nat::Manip::dst), icmp};
        return comes_back<Concrete>(t) && quotation_comes_back<Concrete>(t, *e.edition);
    }
    std::vector<nat::Record<Concrete>> records(e.record_count);
    std::transform(e.records.begin(), e.records.begin() + static_cast<std::ptrdiff_t>(e.record_count), records.begin(),
                   nat::as_record);
    return comes_back_by_records<Concrete>(original, reply, records, icmp) &&
           quotation_comes_back_by_records<Concrete>(original, reply, records, icmp);
}

}  // namespace conntrack::invariant

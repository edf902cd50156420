// Which first packets an expectation is about, what becomes of them, and when another expectation may be registered.
// Sources: LIST_FIND(&ip_conntrack_expect_list, ...), init_conntrack(), ip_conntrack_expect_related() (2.6.9);
// nf_ct_find_expectation(), __nf_ct_expect_check(), expect_clash(), expect_matches() of nf_conntrack_expect.c.
#pragma once

#include "spec/edition.hpp"
#include "spec/ends.hpp"

namespace conntrack::expect {

/// Which parts of the expected tuple a packet must have; protocol, family and zone always.
template <class D>
struct Mask {
    typename D::Bit src_address, src_part, dst_address, dst_part;
};

template <class D>
struct Wanted {
    TupleKey<D> tuple;  // what the mask leaves open is 0
    Mask<D> mask;
};

/// Are two tuples equal in what the mask names?
template <class D>
typename D::Bit agree(const TupleKey<D>& a, const TupleKey<D>& b, const Mask<D>& mask) {
    return (!mask.src_address || a.ends.src.address == b.ends.src.address) &&
           (!mask.src_part || a.ends.src.part == b.ends.src.part) &&
           (!mask.dst_address || a.ends.dst.address == b.ends.dst.address) &&
           (!mask.dst_part || a.ends.dst.part == b.ends.dst.part) && a.protocol == b.protocol && a.zone == b.zone;
}

/// Is the packet of that tuple expected?
template <class D>
typename D::Bit matches(const Wanted<D>& wanted, const TupleKey<D>& packet) {
    return agree<D>(wanted.tuple, packet, wanted.mask);
}

/// Could one packet be what both expect?
template <class D>
typename D::Bit clash(const Wanted<D>& a, const Wanted<D>& b) {
    const Mask<D> both{a.mask.src_address && b.mask.src_address, a.mask.src_part && b.mask.src_part,
                       a.mask.dst_address && b.mask.dst_address, a.mask.dst_part && b.mask.dst_part};
    return agree<D>(a.tuple, b.tuple, both);
}

template <class D>
typename D::Bit identical(const Wanted<D>& a, const Wanted<D>& b) {
    return same<D>(a.tuple, b.tuple) && a.mask.src_address == b.mask.src_address &&
           a.mask.src_part == b.mask.src_part && a.mask.dst_address == b.mask.dst_address &&
           a.mask.dst_part == b.mask.dst_part;
}

/// An expectation and its master, when the first packet of a connection comes.
template <class D>
struct Met {
    Wanted<D> wanted;
    typename D::Bit inactive, permanent;
    typename D::Bit master_confirmed, master_dying;
    typename D::Word master_mark;
};

/// Is it the one that counts for the packet? The newest such is.
template <class D>
typename D::Bit is_about(const Met<D>& met, const TupleKey<D>& packet, const Edition& edition) {
    return matches<D>(met.wanted, packet) && !(D::bit(edition.expectation.skips_inactive) && met.inactive);
}

/// What the entry of a first packet gets of the expectation that is about it.
template <class D>
struct Birth {
    typename D::Bit expected;  // status bit; and the master is its master
    typename D::Bit consumes;  // the expectation goes
    typename D::Word mark;
};

/// A master that is not in the table yet announced nothing that anybody could have heard.
template <class D>
Birth<D> birth(const Met<D>& met, const TupleKey<D>& packet, const Edition& edition) {
    const auto gone = D::bit(edition.expectation.dying_master_is_gone) && met.master_dying;
    const auto expected = is_about<D>(met, packet, edition) && met.master_confirmed && !gone;
    const auto marked = expected && D::bit(edition.expectation.child_takes_mark);
    return {expected, expected && !met.permanent, D::select(marked, met.master_mark, D::word(0))};
}

/// What a new expectation finds when it is to be registered.
template <class D>
struct Situation {
    typename D::Bit identical, identical_is_own;  // one for the same tuple and mask; of the same master and class
    typename D::Bit in_the_way;                   // another one clashes with it
    typename D::Word own, own_most;               // of its master and class; 0: any number may be
    typename D::Word all, all_most;
    typename D::Bit gives_up_oldest;  // the helper's policy, where the edition asks for it
};

template <class D>
struct Registration {
    typename D::Bit refreshes;      // the identical one's timer starts anew, and nothing else happens
    typename D::Bit replaces;       // the identical one goes first
    typename D::Bit evicts_oldest;  // the oldest of its master and class goes first
    typename D::Bit inserted;
    typename D::Bit accepted;  // what the helper is told
    typename D::Bit busy;      // ... why not: somebody is in the way. Else there are too many
};

template <class D>
Registration<D> registration(const Situation<D>& s, const Edition& edition) {
    const auto& rules = edition.expectation;
    const auto is_known = s.identical && (D::bit(rules.identical_of_anybody) || s.identical_is_own);
    const auto replaces = is_known && D::bit(rules.identical_is_replaced);
    const auto refreshes = is_known && !replaces;
    const auto one_less = D::select(replaces, D::word(1), D::word(0));
    const auto limited = s.own_most != D::word(0) && !D::below(s.own - one_less, s.own_most) && !refreshes;
    const auto asked = D::bit(!rules.clash_is_found_last) || !limited;
    const auto busy = (s.in_the_way || (s.identical && !is_known)) && !is_known && asked;
    const auto may_evict = D::bit(!rules.clash_is_found_last) || s.gives_up_oldest;
    const auto evicts = limited && !busy && may_evict;
    const auto left = s.all - one_less - D::select(evicts, D::word(1), D::word(0));
    const auto full = D::bit(rules.global_limit) && !D::below(left, s.all_most);
    const auto inserted = !refreshes && !busy && !full && (!limited || evicts);
    // linux-2.6.9 calls it an error that one was known before, or had to go.
    const auto silent = D::bit(!rules.identical_of_anybody);
    return {refreshes, replaces, evicts, inserted, (inserted && (silent || !evicts)) || (refreshes && silent), busy};
}

}  // namespace conntrack::expect

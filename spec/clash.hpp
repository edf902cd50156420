// How an entry enters the table: by both of its tuples, unless one of them is taken. Two first packets of one flow may
// have met on their way; where the protocol allows it, both go on.
// Sources: __ip_conntrack_confirm() (2.6.9), __nf_conntrack_confirm(), nf_ct_resolve_clash() and its helpers.
#pragma once

#include "spec/ends.hpp"

namespace conntrack::clash {

/// An entry as the table knows it: its tuples, and which of them lookups find. One that lost a clash is found by its
/// reply alone; the two may be equal.
template <class D>
struct Linked {
    TupleKey<D> original, reply;
    typename D::Bit by_original, by_reply;
};

/// Does a lookup of the tuple find the entry?
template <class D>
typename D::Bit answers_to(const Linked<D>& entry, const TupleKey<D>& tuple) {
    return (entry.by_original && same<D>(entry.original, tuple)) || (entry.by_reply && same<D>(entry.reply, tuple));
}

/// Is there a tuple by which lookups could find either of them?
template <class D>
typename D::Bit share_a_tuple(const Linked<D>& a, const Linked<D>& b) {
    return (b.by_original && answers_to<D>(a, b.original)) || (b.by_reply && answers_to<D>(a, b.reply));
}

/// Are the two entries of one flow, translated alike? Either may be the other's reverse.
template <class D>
typename D::Bit are_one_flow(const TupleKey<D>& original, const TupleKey<D>& reply, const TupleKey<D>& other_original,
                             const TupleKey<D>& other_reply) {
    return (same<D>(original, other_original) && same<D>(reply, other_reply)) ||
           (same<D>(original, other_reply) && same<D>(reply, other_original));
}

/// What the new entry meets at the confirm hook.
template <class D>
struct Meeting {
    bool may_clash;                               // the protocol lets both go on (spec/trackers.hpp)
    typename D::Bit original_taken, reply_taken;  // lookups of its tuples find somebody
    typename D::Bit winner_is_one;  // who is found by the original tuple, else by the reply, is of the same flow
    typename D::Bit holder_is_one;  // who is found by the reply tuple is
};

template <class D>
struct Entrance {
    typename D::Bit by_original, by_reply;  // it is linked by these tuples
    typename D::Bit to_winner, to_holder;   // its packet goes on with the entry that was met
    typename D::Bit dropped;                // else: its packet is
};

template <class D>
Entrance<D> entrance(const Meeting<D>& m) {
    const auto clashes = m.original_taken || m.reply_taken;
    const auto resolved = clashes && D::bit(m.may_clash);
    const auto to_winner = resolved && m.winner_is_one;
    const auto to_holder = resolved && !m.winner_is_one && m.reply_taken && m.holder_is_one;
    const auto by_reply_alone = resolved && !m.winner_is_one && !m.reply_taken;
    const auto linked = !clashes || by_reply_alone;
    return {!clashes, linked, to_winner, to_holder, !linked && !to_winner && !to_holder};
}

}  // namespace conntrack::clash

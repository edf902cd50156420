// How sequence numbers are shifted once NAT has changed the length of what a side sent.
// Sources: adjust_tcp_sequence(), nf_nat_seq_adjust() (2.6.32); nf_ct_seqadj_set(), nf_ct_seq_adjust().
#pragma once

#include "spec/domain.hpp"

#include <cstdint>

namespace conntrack::expect {

/// What one side sends is shifted by `before` up to a place, and by `after` behind it. Offsets are signed, mod 2^32.
template <class D>
struct Shift {
    typename D::Word position, before, after;
};

/// ... in that place of what the side itself sent.
template <class D>
typename D::Word shift_at(const Shift<D>& shift, const typename D::Word& seq) {
    return D::select(D::after(seq, shift.position), shift.after, shift.before);
}

/// How much is to be taken from an acknowledgement of what the side sent.
template <class D>
typename D::Word shift_of_ack(const Shift<D>& shift, const typename D::Word& ack) {
    return D::select(D::after(ack - shift.before, shift.position), shift.after, shift.before);
}

/// What the window test takes from it (nf_ct_seq_offset()).
template <class D>
typename D::Word shift_in_window(const Shift<D>& shift, const typename D::Word& ack) {
    return shift_at<D>(shift, ack - D::word(1));
}

/// A segment at `seq` has become longer by `by` bytes. A retransmission changes nothing, and of several changes within
/// one window only the last two are known.
template <class D>
Shift<D> lengthened(const Shift<D>& shift, const typename D::Word& seq, const typename D::Word& by) {
    const auto anew = by != D::word(0) && (shift.before == shift.after || D::before(shift.position, seq));
    return {D::select(anew, seq, shift.position), D::select(anew, shift.after, shift.before),
            D::select(anew, shift.after + by, shift.after)};
}

}  // namespace conntrack::expect

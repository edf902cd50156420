// The conditions on which a TCP packet takes one row of its machine's table rather than another.
// Source: the switch over the new state in the packet callback of the TCP trackers.
#pragma once

#include "spec/tcp/outcome.hpp"

namespace conntrack::tcp {

/// loose: may a connection be picked up in mid stream?
template <class D>
typename D::Bit pickup_allowed(const Step<D>& step) {
    return step.settings->loose != D::word(0);
}

/// May this SYN reopen a connection that has ended?
template <class D>
typename D::Bit may_reopen(const Step<D>& step) {
    if (step.switches().reopen == Reopen::always) return D::bit(true);
    const auto closed = has<D>(step.connection.original.flags | step.connection.reply.flags, close_init_bit);
    return closed || (step.last_from_same_side() && step.last_was(PacketClass::rst));
}

/// Does this SYN/ACK answer a SYN of the other side that was let through unseen?
template <class D>
typename D::Bit answers_let_through_syn(const Step<D>& step) {
    const auto& last = step.connection.last;
    const auto acknowledges = step.switches().out_of_sync == OutOfSync::delete_by_last_seq
                                  ? D::after(step.segment.ack, last.seq)
                                  : step.segment.ack == last.end;
    return step.last_was(PacketClass::syn) && !step.last_from_same_side() && acknowledges;
}

/// linux-2.6.9: a RST that answers a SYN (or SYN/ACK) which was let through.
template <class D>
typename D::Bit reset_of_let_through(const Step<D>& step) {
    return step.seen_reply && (step.last_was(PacketClass::syn) || step.last_was(PacketClass::synack)) &&
           D::after(step.segment.ack, step.connection.last.seq);
}

namespace detail {

/// Is the highest acknowledgement of the other side there to compare the RST with?
template <class D>
typename D::Bit reset_comparable(const Step<D>& step) {
    const auto kept = has<D>(step.receiver().flags, maxack_set_bit);
    return step.switches().validates_reset_exactly ? kept && !step.last_was(PacketClass::syn) : kept;
}

/// SEQ 0 before ESTABLISHED: most likely the answer to a SYN that was let through.
template <class D>
typename D::Bit reset_answers_early(const Step<D>& step) {
    return D::bit(step.switches().validates_reset_exactly) && step.segment.seq == D::word(0) && !step.established();
}

/// Where a comparable RST goes straight to the window check.
template <class D>
typename D::Bit reset_exact(const Step<D>& step) {
    const auto train =
        step.last_was(PacketClass::ack) && step.last_from_same_side() && step.segment.seq == step.connection.last.end;
    return !step.established() || step.segment.seq == step.receiver().td_maxack || train;
}

}  // namespace detail

/// A RST from before the other side's highest acknowledgement is INVALID.
template <class D>
typename D::Bit reset_below_maxack(const Step<D>& step) {
    return detail::reset_comparable<D>(step) && !detail::reset_answers_early<D>(step) &&
           D::before(step.segment.seq, step.receiver().td_maxack) && step.settings->ignore_invalid_rst == D::word(0);
}

/// linux-6.18: a RST in ESTABLISHED that is not exactly in sequence does not close; the peer may challenge it.
template <class D>
typename D::Bit reset_inexact(const Step<D>& step) {
    return D::bit(step.switches().validates_reset_exactly) && detail::reset_comparable<D>(step) &&
           !detail::reset_exact<D>(step);
}

/// A RST that answers a packet which was let through needs no window check.
template <class D>
typename D::Bit reset_skips_window(const Step<D>& step) {
    const auto& switches = step.switches();
    const auto& last = step.connection.last;
    auto answers_syn = step.seen_reply && step.last_was(PacketClass::syn);
    if (switches.reset_answers_other_side_only) answers_syn = answers_syn && !step.last_from_same_side();
    const auto answers_ack = !step.assured && step.last_was(PacketClass::ack);
    const auto answers = (answers_syn || answers_ack) && step.segment.ack == last.end;
    if (!switches.validates_reset_exactly) return answers;

    const auto answers_challenge = D::bit(step.old == State::syn_sent) && step.last_was(PacketClass::ack) &&
                                   last.dir == D::word(static_cast<std::uint32_t>(Direction::reply)) &&
                                   step.segment.seq == last.ack;
    const auto checked_only = detail::reset_comparable<D>(step) && !reset_inexact<D>(step);
    return !checked_only && (answers || answers_challenge);
}

/// linux-6.18: the ACK that answers a SYN challenged in LAST_ACK.
template <class D>
typename D::Bit answers_challenged_syn(const Step<D>& step) {
    return step.last_was(PacketClass::syn) && !step.last_from_same_side() &&
           has<D>(step.connection.last.flags, challenge_ack_bit);
}

/// linux-6.18: the entry saw the SYNs of both sides cross.
template <class D>
typename D::Bit opened_simultaneously(const Step<D>& step) {
    return has<D>(step.connection.last.flags, simultaneous_open_bit);
}

}  // namespace conntrack::tcp

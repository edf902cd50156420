// The window check: does this segment fit what both sides have said? Initialisation of a side, the four tests, and
// what a segment that passes leaves behind. Source: tcp_in_window() of the TCP trackers.
// Local aggregates are not const here: g++ 12 would keep such ones in memory, which costs the fast tracker half its
// speed.
#pragma once

#include "spec/domain.hpp"
#include "spec/tcp/step.hpp"

namespace conntrack::tcp {

/// The smallest window an acknowledgement may lag behind by (MAXACKWINCONST).
inline constexpr std::uint32_t least_ack_window = 66000;

enum class WindowTest : std::uint8_t { seq_upper, seq_lower, ack_upper, ack_lower };

/// The numbers of the four tests after initialisation and normalisation. A bound is inclusive (edge itself is good).
template <class D>
struct WindowNumbers {
    using Word = typename D::Word;
    Word seq, end, ack, sack;
    Word upper_value, upper_bound;          // I:   value <= bound
    Word lower_value, lower_bound;          // II:  value >= bound
    Word ack_bound;                         // III: sack <= bound
    Word ack_lower_value, ack_lower_bound;  // IV:  value >= bound
    typename D::Bit upper_ok, lower_ok, ack_ok, ack_lower_ok;
    typename D::Bit skipped;  // linux-2.6.9: the tests are off for this packet
};

template <class D>
struct WindowResult {
    typename D::Bit accept, ignore;  // neither: INVALID
    typename D::Reason reason;
    typename D::Bit trimmed;   // linux-2.6.9: cut to the edge, a FIN counts as an ACK now
    Connection<D> connection;  // as it stands after the check, whichever way it went
    WindowNumbers<D> numbers;
    typename D::Bit compared;  // false where the check ended before the tests
};

/// SYN options, read into one side.
template <class D>
Peer<D> with_syn_options(const Peer<D>& peer, const Segment<D>& segment, const TcpSwitches& switches) {
    Peer<D> out = peer;
    const auto kept = switches.syn_keeps_liberal ? peer.flags & D::word(be_liberal_bit) : D::word(0);
    const auto scale = D::select(segment.has_window_scale, D::word(window_scale_bit), D::word(0));
    const auto sack = D::select(segment.sack_permitted, D::word(sack_perm_bit), D::word(0));
    out.flags = D::select(segment.any_option, kept | scale | sack, peer.flags);
    out.td_scale = D::select(segment.any_option, segment.window_scale, peer.td_scale);
    return out;
}

/// A window, at least 1: td_maxwin == 0 means "not seen".
template <class D>
typename D::Word seen_window(const typename D::Word& window) {
    return D::select(window == D::word(0), D::word(1), window);
}

namespace detail {

template <class D>
struct Sides {
    Peer<D> sender, receiver;
};

template <class D>
Sides<D> select(const typename D::Bit& c, const Sides<D>& a, const Sides<D>& b) {
    return {tcp::select<D>(c, a.sender, b.sender), tcp::select<D>(c, a.receiver, b.receiver)};
}

/// A side starts with its SYN: edges at the segment's end, options read, and scaling only if both sides offer it.
template <class D>
Sides<D> start_with_syn(const Step<D>& step, bool unless_both_scale) {
    const auto& segment = step.segment;
    Peer<D> sender = step.sender();
    sender.td_end = segment.end;
    sender.td_maxend = segment.end;
    sender.td_maxwin = seen_window<D>(segment.window);
    sender = with_syn_options<D>(sender, segment, step.switches());
    Peer<D> receiver = step.receiver();
    if (unless_both_scale) {
        const auto both = has<D>(sender.flags, window_scale_bit) && has<D>(receiver.flags, window_scale_bit);
        sender.td_scale = D::select(both, sender.td_scale, D::word(0));
        receiver.td_scale = D::select(both, receiver.td_scale, D::word(0));
    }
    return {sender, receiver};
}

/// A side met in mid stream: its history is lost, so the packet's own numbers are taken.
template <class D>
Sides<D> start_midstream(const Step<D>& step, const typename D::Word& sack) {
    const auto& segment = step.segment;
    Sides<D> sides{step.sender(), step.receiver()};
    const auto window =
        step.switches().midstream_scales_window ? D::shift_left(segment.window, sides.sender.td_scale) : segment.window;
    sides.sender.td_end = segment.end;
    sides.sender.td_maxwin = seen_window<D>(window);
    sides.sender.td_maxend = segment.end + sides.sender.td_maxwin;
    if (step.switches().midstream_fits_receiver) {
        Peer<D>& receiver = sides.receiver;
        const auto unseen = receiver.td_maxwin == D::word(0);
        const auto keepalive = sack == receiver.td_end + D::word(1);  // its answer acknowledges one byte more
        receiver.td_end = D::select(unseen || keepalive, sack, receiver.td_end);
        receiver.td_maxend = D::select(unseen, sack, receiver.td_maxend);
    }
    return sides;
}

/// May a side that was seen already start anew? (RFC 793: a reinitialised TCP uses higher sequence numbers.)
template <class D>
typename D::Bit may_reinitialise(const Step<D>& step) {
    const bool original = step.dir == Direction::original;
    const auto higher = D::after(step.segment.end, step.sender().td_end);
    switch (step.switches().reinitialise) {
        case Reinitialise::original_in_syn_sent: return D::bit(original && step.old == State::syn_sent) && higher;
        case Reinitialise::original_in_syn_sent_reply_in_syn_recv:
            return D::bit(original ? step.old == State::syn_sent : step.old == State::syn_recv) && higher;
        case Reinitialise::any_syn_before_established: break;
    }
    return D::bit(step.old == State::syn_sent || step.old == State::syn_recv) && step.segment.syn && higher;
}

template <class D>
struct Started {
    Sides<D> sides;
    typename D::Bit done;  // a SYN without ACK of the second side: nothing to compare it with
};

/// Initialises the sender where that is due.
template <class D>
Started<D> start_sides(const Step<D>& step, const typename D::Word& sack) {
    const auto& switches = step.switches();
    const auto& segment = step.segment;
    const Peer<D>& sender = step.sender();
    const bool reply = step.dir == Direction::reply;
    const bool both_or_none = !switches.scaling_needs_reply || reply;

    const auto unseen = (switches.unseen_side_has_zero_end ? sender.td_end : sender.td_maxwin) == D::word(0);
    const auto by_syn = switches.bare_syn_initialises ? segment.syn : segment.syn && segment.ack_flag;
    const auto again = !unseen && may_reinitialise<D>(step);
    const bool again_in_full = switches.reinitialise == Reinitialise::any_syn_before_established;

    Sides<D> kept{sender, step.receiver()};
    Sides<D> started = start_with_syn<D>(step, both_or_none);
    Sides<D> restarted = start_with_syn<D>(step, again_in_full && both_or_none);
    Sides<D> midstream = start_midstream<D>(step, sack);

    const auto alone = D::bit(switches.bare_syn_initialises) && segment.syn && !segment.ack_flag;
    return {select<D>(unseen, select<D>(by_syn, started, midstream), select<D>(again, restarted, kept)),
            alone && (unseen || (again && D::bit(again_in_full && reply)))};
}

/// Sequence numbers that carry no information are moved to where they do no harm, and data beyond the edge is cut.
template <class D>
WindowNumbers<D> normalise(const Step<D>& step, const Sides<D>& sides) {
    const auto& segment = step.segment;
    const auto& switches = step.switches();
    const auto empty_ack = !segment.ack_flag || (segment.rst && segment.ack == D::word(0));
    const auto ack = D::select(empty_ack, sides.receiver.td_end, segment.ack);
    const auto sack = D::select(empty_ack, sides.receiver.td_end, segment.sack);

    const auto reset_of_syn = D::bit(step.old == State::syn_sent) && segment.seq == D::word(0);
    const auto occupies_nothing = segment.seq == segment.end;
    const auto move = switches.move_empty == MoveEmpty::all ? occupies_nothing
                      : switches.move_empty == MoveEmpty::all_but_resets
                          ? occupies_nothing && (!segment.rst || reset_of_syn)
                          : segment.rst && reset_of_syn;
    const auto seq = D::select(move, sides.sender.td_end, segment.seq);
    const auto whole_end = D::select(move, sides.sender.td_end, segment.end);
    const auto cut = D::bit(switches.trims_to_window) && D::after(whole_end, sides.sender.td_maxend) &&
                     D::before(seq, sides.sender.td_maxend);
    const auto end = D::select(cut, sides.sender.td_maxend, whole_end);

    const auto lag = larger<D>(sides.sender.td_maxwin, D::word(least_ack_window));
    // linux-2.6.9 asks for ack > edge, which is ack >= edge + 1.
    const auto ack_lower_bound = sides.receiver.td_end - lag + D::word(switches.tests_ack_below ? 1 : 0);
    const auto upper_value = switches.tests_end_above ? end : seq;
    const auto lower_value = switches.tests_seq_below ? seq : end;
    const auto lower_bound = sides.sender.td_end - sides.receiver.td_maxwin;
    const auto ack_lower_value = switches.tests_ack_below ? ack : sack;

    const auto one = D::word(1);
    const auto no_window = D::bit(switches.lower_bound_needs_receiver) && sides.receiver.td_maxwin == D::word(0);
    return {.seq = seq,
            .end = end,
            .ack = ack,
            .sack = sack,
            .upper_value = upper_value,
            .upper_bound = sides.sender.td_maxend,
            .lower_value = lower_value,
            .lower_bound = lower_bound,
            .ack_bound = sides.receiver.td_end,
            .ack_lower_value = ack_lower_value,
            .ack_lower_bound = ack_lower_bound,
            .upper_ok = D::before(upper_value, sides.sender.td_maxend + one),
            .lower_ok = no_window || D::after(lower_value, lower_bound - one),
            .ack_ok = D::before(sack, sides.receiver.td_end + one),
            .ack_lower_ok = D::after(ack_lower_value, ack_lower_bound - one),
            .skipped = D::bit(switches.counts_loose_packets) &&
                       (sides.sender.loose != D::word(0) || sides.receiver.loose != D::word(0))};
}

/// linux-2.6.9: was the segment cut at the edge?
template <class D>
typename D::Bit was_trimmed(const Step<D>& step, const WindowNumbers<D>& n) {
    return D::bit(step.switches().trims_to_window) && n.end != step.segment.end && n.seq == step.segment.seq;
}

/// What the segment leaves on both sides.
template <class D>
Sides<D> update_sides(const Step<D>& step, const Sides<D>& before, const WindowNumbers<D>& n) {
    const auto& switches = step.switches();
    const auto& segment = step.segment;
    Peer<D> sender = before.sender;
    Peer<D> receiver = before.receiver;

    const auto window = D::select(segment.syn, segment.window, D::shift_left(segment.window, sender.td_scale));
    sender.td_maxwin = larger<D>(sender.td_maxwin, window + (n.sack - n.ack));
    const auto sends_new = D::after(n.end, sender.td_end);
    sender.td_end = D::select(sends_new, n.end, sender.td_end);
    if (switches.tracks_maxack) {
        sender.flags = D::select(sends_new, with<D>(sender.flags, data_unacknowledged_bit), sender.flags);
        const auto higher =
            segment.ack_flag && (!has<D>(sender.flags, maxack_set_bit) || D::after(n.ack, sender.td_maxack));
        sender.td_maxack = D::select(higher, n.ack, sender.td_maxack);
        sender.flags = D::select(segment.ack_flag, with<D>(sender.flags, maxack_set_bit), sender.flags);
    }
    if (switches.grows_receiver_window) {
        const auto known = D::bit(!switches.receiver_window_must_be_known) || receiver.td_maxwin != D::word(0);
        receiver.td_maxwin = D::select(known && D::after(n.end, sender.td_maxend),
                                       receiver.td_maxwin + (n.end - sender.td_maxend), receiver.td_maxwin);
    }
    const auto edge = n.sack + window;
    const auto closed = D::select(window == D::word(0), D::word(1), D::word(0));
    receiver.td_maxend = D::select(D::after(edge, receiver.td_maxend - D::word(1)), edge + closed, receiver.td_maxend);
    if (switches.tracks_maxack)
        receiver.flags =
            D::select(n.ack == receiver.td_end, without<D>(receiver.flags, data_unacknowledged_bit), receiver.flags);
    if (switches.counts_loose_packets)
        sender.loose = D::select(sender.loose == D::word(0), sender.loose, sender.loose - D::word(1));
    return {sender, receiver};
}

/// Counts equal ACK segments in a row; acks_like says whether the segment is of class ack now.
template <class D>
Connection<D> count_retransmission(const Step<D>& step, const Connection<D>& after, const WindowNumbers<D>& n,
                                   const typename D::Bit& acks_like) {
    const auto& switches = step.switches();
    const auto& last = step.connection.last;
    // linux-2.6.32 compares the scaled window with a field of 16 bits, so a large one never looks the same.
    const auto window = switches.retransmission_window_scaled
                            ? D::select(step.segment.syn, step.segment.window,
                                        D::shift_left(step.segment.window, side<D>(after, step.dir).td_scale))
                            : step.segment.window;
    auto same = step.last_from_same_side() && last.seq == n.seq && last.end == n.end;
    if (switches.retransmission_has_ack_window) same = same && last.ack == n.ack && last.win == window;

    const auto retrans = D::select(same, (after.retrans + D::word(1)) & D::word(0xff), D::word(0));
    Last<D> seen = after.last;
    seen.dir = step.dir_word();
    seen.seq = n.seq;
    seen.end = n.end;
    if (switches.retransmission_has_ack_window) {
        seen.ack = n.ack;
        seen.win = window & D::word(0xffff);
    }
    Connection<D> out = after;
    out.retrans = D::select(acks_like, retrans, after.retrans);
    out.last = select<D>(acks_like && !same, seen, after.last);
    return out;
}

/// The sides as the segment meets them, and where it lies between their edges.
template <class D>
struct Placed {
    Started<D> started;
    WindowNumbers<D> numbers;

    [[nodiscard]] typename D::Bit fits() const {
        return numbers.upper_ok && numbers.lower_ok && numbers.ack_ok && numbers.ack_lower_ok;
    }
};

template <class D>
Placed<D> place(const Step<D>& step) {
    Step<D> seen = step;
    const auto sack = D::select(has<D>(step.receiver().flags, sack_perm_bit), step.segment.sack, step.segment.ack);
    seen.segment.sack = sack - step.segment.ack_shift;
    seen.segment.ack = step.segment.ack - step.segment.ack_shift;
    auto started = start_sides<D>(seen, seen.segment.sack);
    auto numbers = normalise<D>(seen, started.sides);
    return {started, numbers};
}

}  // namespace detail

/// Does the segment pass all four tests of the window?
template <class D>
typename D::Bit fits_window(const Step<D>& step) {
    return detail::place<D>(step).fits();
}

template <class D>
WindowResult<D> check_window(const Step<D>& step) {
    using detail::Sides;
    const auto& switches = step.switches();
    const auto& segment = step.segment;
    const auto placed = detail::place<D>(step);
    const auto& started = placed.started;
    const auto& n = placed.numbers;

    const auto fits = placed.fits();
    const auto no_check = n.skipped;
    auto liberal = step.settings->be_liberal != D::word(0);
    if (switches.liberal_spares_no_reset) liberal = liberal && !segment.rst;
    if (switches.pickup_is_liberal) liberal = liberal || has<D>(started.sides.sender.flags, be_liberal_bit);

    // A sender may run ahead of the edge by a window of the receiver: seen from the middle, that is harmless.
    const auto& s = started.sides.sender;
    const auto& r = started.sides.receiver;
    const auto ahead = n.end - s.td_maxend + D::word(1);
    const auto overshoot = D::bit(switches.harmless_is_ignored) && !n.upper_ok && r.td_maxwin != D::word(0) &&
                           D::after(n.end, n.lower_bound - D::word(1)) && n.ack_lower_ok && n.ack_ok &&
                           !D::below(r.td_maxwin, ahead);
    Sides<D> overshot = started.sides;
    overshot.sender.td_end = n.end;
    overshot.sender.flags = with<D>(s.flags, data_unacknowledged_bit);

    const auto good = no_check || fits;
    const auto harmless = D::bit(switches.harmless_is_ignored) && (overshoot || (n.upper_ok && n.ack_ok));
    Sides<D> updated = detail::update_sides<D>(step, started.sides, n);
    Sides<D> sides = detail::select<D>(good && !started.done, updated,
                                       detail::select<D>(overshoot && !started.done, overshot, started.sides));

    const auto trimmed = detail::was_trimmed<D>(step, n);
    const auto acks_like = D::bit(step.cls == PacketClass::ack) || (D::bit(step.cls == PacketClass::fin) && trimmed);
    auto left = with_sides<D>(step.connection, step.dir, sides.sender, sides.receiver);
    auto counted = detail::count_retransmission<D>(step, left, n, acks_like);

    const auto out_of_window =
        D::select(overshoot, D::reason(Clause::tcp_window_overshoot),
                  D::select(!n.upper_ok, D::reason(Clause::tcp_window_seq_above_maxend),
                            D::select(!n.ack_ok, D::reason(Clause::tcp_window_ack_above_end),
                                      D::select(!n.lower_ok, D::reason(Clause::tcp_window_seq_below),
                                                D::reason(Clause::tcp_window_ack_below)))));
    const auto accepted = D::select(
        started.done, D::reason(Clause::tcp_window_simultaneous_open),
        D::select(no_check, D::reason(Clause::tcp_window_unchecked),
                  D::select(fits, D::reason(Clause::tcp_window_inside), D::reason(Clause::tcp_window_liberal))));
    const auto accept = started.done || good || liberal;
    return {.accept = accept,
            .ignore = !accept && harmless,
            .reason = D::select(accept, accepted, out_of_window),
            .trimmed = trimmed && !started.done,
            .connection = select<D>(good && !started.done, counted, left),
            .numbers = n,
            .compared = !started.done};
}

}  // namespace conntrack::tcp

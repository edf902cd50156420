// What the TCP tracker decides about a packet, and the rules for each kind of decision. The machines' actions call
// these; their guards call the predicates of guards.hpp. Source: the packet callback of the TCP trackers.
#pragma once

#include "spec/tcp/window.hpp"

namespace conntrack::tcp {

/// A step together with its window check: what every guard and action is given.
template <class D>
struct Judged {
    Step<D> step;
    WindowResult<D> window;
};

template <class D>
struct Outcome {
    using Bit = typename D::Bit;
    Connection<D> connection;  // what the entry remembers from now on
    typename D::Reason reason;
    Bit invalid;               // the packet is let through without its entry
    Bit drop;                  // the packet is dropped
    Bit repeat;                // the packet is tracked again from the start
    Bit erase;                 // the entry is deleted
    Bit refresh, account;      // the timer is set to timeout; the packet is counted
    typename D::Word timeout;  // seconds
    Bit assure;                // ASSURED is set
    Bit changed;               // the substate changed: PROTOINFO
    Bit shrink;                // the remaining time is cut to the unacknowledged timeout
};

/// An outcome that attaches the packet to its entry and touches nothing else.
template <class D>
Outcome<D> untouched(const Connection<D>& connection, Clause clause) {
    const auto no = D::bit(false);
    return {connection, D::reason(clause), no, no, no, no, no, no, D::word(0), no, no, no};
}

/// Does generic tracking see the packet too? It is what sets SEEN_REPLY, so an ignored reply sets it and an INVALID one
/// does not. The handler's DROP is 0 in linux-2.6.9 and taken for success there (nf_conntrack_in()).
template <class D>
typename D::Bit goes_on_to_flow(const Outcome<D>& outcome, const Edition& edition) {
    return !outcome.invalid && !outcome.repeat && (!outcome.drop || D::bit(edition.core.drop_counts_as_accept));
}

/// The connection as one that was met in mid stream, of whose windows nothing is known.
template <class D>
Connection<D> picked_up(const Connection<D>& connection, const TcpSwitches& switches, const TcpSettings<D>& settings) {
    Connection<D> c = connection;
    const auto flags = D::word(sack_perm_bit | (switches.pickup_is_liberal ? be_liberal_bit : 0));
    const auto loose = switches.counts_loose_packets ? settings.loose & D::word(0xff) : D::word(0);  // 8 bits
    for (Peer<D>* side : {&c.original, &c.reply}) {
        side->flags = flags;
        side->loose = loose;
    }
    return c;
}

/// The connection that a first packet opens: a SYN, or a segment met in mid stream (tcp_new()).
template <class D>
Connection<D> opened(const Step<D>& step) {
    const auto& switches = step.switches();
    const auto& segment = step.segment;
    Connection<D> c = blank<D>();
    c.original.td_end = segment.end;
    c.original.td_maxwin = seen_window<D>(segment.window);
    c.reply.td_maxwin = D::word(switches.fresh_receiver_window_is_one ? 1 : 0);
    if (step.cls == PacketClass::syn) {
        c.original.td_maxend = segment.end;
        c.original = with_syn_options<D>(c.original, segment, switches);
        return c;
    }
    c.original.td_maxend = segment.end + c.original.td_maxwin;
    return picked_up<D>(c, switches, *step.settings);
}

/// Checks the window. The first packet of an entry is checked against the connection it opens itself.
template <class D>
Judged<D> judge(const Step<D>& step) {
    if (step.old != State::none) return {step, check_window<D>(step)};
    Step<D> first = with_connection<D>(step, State::none, opened<D>(step));
    return {first, check_window<D>(first)};
}

/// The timeout of a packet that leaves the entry in `target`, before the exceptions for unanswered entries.
template <class D>
typename D::Word timeout_after(const Step<D>& step, const Connection<D>& after, State target) {
    const auto& switches = step.switches();
    const auto& settings = *step.settings;
    const auto plain = settings.timeout[static_cast<std::size_t>(target)];
    const auto longer_than = [&](const typename D::Word& limit) { return D::below(limit, plain); };

    auto timeout = plain;
    if (switches.zero_window_takes_retrans_timeout)
        timeout = D::select(after.last.win == D::word(0) && longer_than(settings.timeout_max_retrans),
                            settings.timeout_max_retrans, timeout);
    if (switches.has_unacknowledged_timeout)
        timeout = D::select((has<D>(after.original.flags, data_unacknowledged_bit) ||
                             has<D>(after.reply.flags, data_unacknowledged_bit)) &&
                                longer_than(settings.timeout_unacknowledged),
                            settings.timeout_unacknowledged, timeout);
    if (switches.reset_takes_close_timeout && step.cls == PacketClass::rst)
        timeout = settings.timeout[static_cast<std::size_t>(State::close)];
    return D::select(!D::below(after.retrans, settings.max_retrans) && longer_than(settings.timeout_max_retrans),
                     settings.timeout_max_retrans, timeout);
}

/// The packet is good: the entry moves to `target`, is refreshed and counted.
template <class D>
Outcome<D> advance(const Step<D>& step, State target, const Connection<D>& checked, const typename D::Reason& reason,
                   const typename D::Bit& counts_as_ack) {
    const auto& switches = step.switches();
    const bool changed = step.old != target;
    Connection<D> after = checked;
    after.last.index =
        D::select(counts_as_ack, D::word(static_cast<std::uint32_t>(PacketClass::ack)), step.class_word());
    if (switches.records_last_dir) after.last.dir = step.dir_word();
    if (switches.marks_closer && changed && target == State::fin_wait) {
        Peer<D>& closer = step.dir == Direction::original ? after.original : after.reply;
        closer.flags = with<D>(closer.flags, close_init_bit);
    }

    const auto unreplied = !step.seen_reply;
    const auto deletes = D::bit(step.cls == PacketClass::rst) && unreplied;
    const auto again =
        D::bit(switches.unreplied_syn_not_refreshed && step.cls == PacketClass::syn && step.old == State::syn_sent) &&
        unreplied;
    auto timeout = timeout_after<D>(step, after, target);
    if (switches.unreplied_syn_not_refreshed && target == State::established)
        timeout = D::select(unreplied && D::below(step.settings->timeout_unacknowledged, timeout),
                            step.settings->timeout_unacknowledged, timeout);

    Outcome<D> out = untouched<D>(after, Clause::tcp_window_inside);
    out.reason = D::select(deletes, D::reason(Clause::tcp_rst_unreplied),
                           D::select(again, D::reason(Clause::tcp_syn_not_refreshed), reason));
    out.erase = deletes;
    out.refresh = !deletes && !again;
    out.account = !again && (!deletes || D::bit(switches.accounts_deleting_reset));
    out.timeout = timeout;
    out.assure =
        D::bit((step.old == State::syn_recv || step.old == State::established) && target == State::established) &&
        step.seen_reply && !step.assured;
    out.changed = D::bit(changed);
    return out;
}

/// A packet that passed the window check.
template <class D>
Outcome<D> advance_checked(const Judged<D>& judged, State target) {
    auto reason = judged.window.reason;
    if (judged.step.old == State::none)
        reason = D::reason(judged.step.cls == PacketClass::syn ? Clause::tcp_new_syn : Clause::tcp_new_pickup);
    return advance<D>(judged.step, target, judged.window.connection, reason, D::bit(false));
}

/// A FIN that was cut off at the window's edge: it moves the entry as an ACK would (linux-2.6.9).
template <class D>
Outcome<D> advance_trimmed(const Judged<D>& judged, State target) {
    return advance<D>(judged.step, target, judged.window.connection, D::reason(Clause::tcp_fin_trimmed), D::bit(true));
}

/// A RST that needs no window check.
template <class D>
Outcome<D> advance_unchecked(const Judged<D>& judged, State target, Clause clause) {
    return advance<D>(judged.step, target, judged.step.connection, D::reason(clause), D::bit(false));
}

/// INVALID, with nothing remembered.
template <class D>
Outcome<D> refuse(const Step<D>& step, Clause clause) {
    Outcome<D> out = untouched<D>(step.connection, clause);
    out.invalid = D::bit(true);
    return out;
}

/// The window check did not accept: the packet is passed by if it was harmless, else INVALID.
template <class D>
Outcome<D> reject(const Judged<D>& judged) {
    const auto& step = judged.step;
    const auto& window = judged.window;
    Outcome<D> out = untouched<D>(window.connection, Clause::tcp_window_inside);
    out.reason = window.reason;
    out.invalid = !window.ignore;
    if (!step.switches().invalid_closer_shrinks) return out;
    if (step.cls != PacketClass::rst && step.cls != PacketClass::fin) return out;

    // An invalid FIN or RST after one of the other side: both ends have probably gone (tcp_timeout_nacked()).
    const auto counts = out.invalid && step.assured && !step.fixed_timeout;
    const auto& last = window.connection.last;
    const auto is = [&](PacketClass c) { return last.index == D::word(static_cast<std::uint32_t>(c)); };
    const auto both = last.dir != step.dir_word() && (is(PacketClass::fin) || is(PacketClass::rst));
    out.shrink = counts && both;
    const auto notes = counts && !both;
    out.connection.last.index = D::select(notes, step.class_word(), last.index);
    out.connection.last.dir = D::select(notes, step.dir_word(), last.dir);
    return out;
}

/// The packet passes, and only leaves its mark: we may be out of sync with the ends, so they decide.
template <class D>
Outcome<D> record_ignored(const Step<D>& step, Clause clause) {
    const auto& switches = step.switches();
    const auto& segment = step.segment;
    Outcome<D> out = untouched<D>(step.connection, clause);
    Last<D>& last = out.connection.last;
    last.index = step.class_word();
    last.dir = step.dir_word();
    last.seq = segment.seq;
    if (switches.records_last_end) last.end = segment.end;
    if (!switches.records_ignored_syn) return out;
    last.win = segment.window;
    if (step.cls == PacketClass::syn && step.dir == Direction::original) {
        const auto scale = D::select(segment.has_window_scale, D::word(window_scale_bit), D::word(0));
        const auto sack = D::select(segment.sack_permitted, D::word(sack_perm_bit), D::word(0));
        last.wscale = segment.window_scale;
        last.flags = scale | sack | D::word(step.old == State::last_ack ? challenge_ack_bit : 0);
    }
    if (step.old == State::syn_sent && step.cls == PacketClass::ack && step.dir == Direction::reply)
        last.ack = segment.ack;
    return out;
}

/// A SYN on an ended connection: the entry is deleted and the packet begins a new one.
template <class D>
Outcome<D> reopen(const Step<D>& step) {
    Outcome<D> out = untouched<D>(step.connection, Clause::tcp_reopened);
    out.erase = D::bit(true);
    out.repeat = D::bit(true);
    return out;
}

/// A SYN/ACK shows that the entry is out of sync: it is deleted and the packet dropped (linux-2.6.x).
template <class D>
Outcome<D> give_up(const Step<D>& step) {
    Outcome<D> out = untouched<D>(step.connection, Clause::tcp_out_of_sync);
    out.erase = D::bit(true);
    out.drop = D::bit(true);
    return out;
}

/// A SYN/ACK answers a SYN that was let through: the entry takes over what that SYN said and goes on as if it had
/// just opened (linux-6.18). The result is still to be checked against the window.
template <class D>
Judged<D> resynchronised(const Step<D>& step) {
    Connection<D> c = step.connection;
    Peer<D> opener = step.receiver();
    opener.td_end = c.last.end;
    opener.td_maxend = c.last.end;
    opener.td_maxwin = seen_window<D>(c.last.win);
    opener.td_scale = c.last.wscale;
    opener.flags = without<D>(c.last.flags, challenge_ack_bit);
    Peer<D> answerer = step.sender();
    const auto zero = D::word(0);
    answerer = {zero, zero, zero, zero, zero, answerer.flags & D::word(be_liberal_bit), answerer.loose};
    c = with_sides<D>(c, step.dir, answerer, opener);
    c.last.flags = without<D>(c.last.flags, challenge_ack_bit);
    return judge<D>(with_connection<D>(step, State::syn_sent, c));
}

/// An ACK that answers a challenged SYN in LAST_ACK changes nothing but the mark (RFC 5961).
template <class D>
Outcome<D> pass_challenge_ack(const Step<D>& step) {
    Outcome<D> out = untouched<D>(step.connection, Clause::tcp_challenge_ack);
    out.connection.last.flags = without<D>(out.connection.last.flags, challenge_ack_bit);
    return out;
}

/// The crossing SYN of a simultaneous open leaves its mark, whatever the window check says of it (linux-6.18).
template <class D>
Judged<D> crossing(const Judged<D>& judged) {
    Judged<D> out = judged;
    out.window.connection.last.flags = with<D>(out.window.connection.last.flags, simultaneous_open_bit);
    return out;
}

}  // namespace conntrack::tcp

// The rules about one chunk: which tags it may bear, what it leaves in the entry, and what becomes of one that does
// not fit. The states stand in the machines (model/machines/sctp_*.hpp).
// Source: sctp_new(), sctp_packet() of ip_conntrack_proto_sctp.c and nf_conntrack_proto_sctp.c, and RFC 9260, 8.5.1.
#pragma once

#include "spec/sctp/association.hpp"

namespace conntrack::sctp {

namespace detail {

/// (B) and (C) of the RFC, as far as the edition follows it.
template <class D>
typename D::Bit abort_fits(const ChunkStep<D>& s) {
    const auto own = s.tag == s.own_tag(), others = s.tag == s.other_tag();
    if (s.switches().abort_goes_by_flag) return (!s.t_flag && own) || (s.t_flag && others);
    return own || others;
}
template <class D>
typename D::Bit complete_fits(const ChunkStep<D>& s) {
    const auto own = s.tag == s.own_tag(), others = s.tag == s.other_tag();
    switch (s.switches().complete_tag) {
        case CompleteTag::own_or_flagged_other: return own || (s.t_flag && others);
        case CompleteTag::any_unless_flagged: return !s.t_flag || own || others;
        case CompleteTag::as_flagged: break;
    }
    return (!s.t_flag && own) || (s.t_flag && others);
}

/// An INIT ACK answers an INIT, so its tag is new, or the one that is known; where INITs crossed, that of the INIT.
template <class D>
typename D::Bit init_ack_fits(const ChunkStep<D>& s) {
    if (!s.switches().marks_inits) return s.has_init;
    const auto unknown = s.other_tag() == D::word(0), same = s.other_tag() == s.init_tag;
    const auto as_known = s.other_init() || unknown || same;
    const auto crossed = s.own_init() && s.other_init();
    return s.has_init && as_known && (!crossed || same);
}

template <class D>
typename D::Bit tag_unknown(const ChunkStep<D>& s) {
    return s.own_tag() == D::word(0);
}

/// A HEARTBEAT ACK with another tag answers a HEARTBEAT with another tag: the association goes on with new tags.
template <class D>
typename D::Bit renews_tags(const ChunkStep<D>& s) {
    const auto from_here = s.dir == Direction::reply ? s.association.failed_in_reply : !s.association.failed_in_reply;
    return s.association.heartbeat_failed && !from_here && !s.with_data && !s.after_passed;
}

}  // namespace detail

/// Does the chunk bear a tag that it may bear, and is all there that is read of it? If so the state decides.
template <class D>
typename D::Bit fits(const ChunkStep<D>& s) {
    const auto own = s.tag == s.own_tag();
    switch (s.kind) {
        case ChunkKind::init: return s.tag == D::word(0) && s.has_init;
        case ChunkKind::init_ack: return detail::init_ack_fits<D>(s);
        case ChunkKind::abort: return detail::abort_fits<D>(s);
        case ChunkKind::shutdown_complete: return detail::complete_fits<D>(s);
        case ChunkKind::cookie_echo: return own;
        case ChunkKind::heartbeat: return detail::tag_unknown<D>(s) || own;
        case ChunkKind::heartbeat_ack: return detail::tag_unknown<D>(s) || own || detail::renews_tags<D>(s);
        case ChunkKind::shutdown:
        case ChunkKind::shutdown_ack:
        case ChunkKind::error:
        case ChunkKind::cookie_ack:
        case ChunkKind::other: break;
    }
    return D::bit(true);
}

namespace detail {

/// INIT: the other side's packets bear its tag from now on. A mark says who opens; an INIT sent again leaves none.
template <class D>
void note_init(Association<D>& a, const ChunkStep<D>& s) {
    const auto mine = static_cast<std::size_t>(s.dir), its = static_cast<std::size_t>(other(s.dir));
    if (s.switches().marks_inits) {
        const auto marks = D::bit(s.old == State::none) || !(s.other_tag() == s.init_tag);
        const auto both = s.own_init() && s.other_init();
        a.init[its] = D::select(marks && both, D::bit(false), s.other_init());
        a.init[mine] = D::select(marks, D::bit(true), s.own_init());
    }
    a.vtag[s.switches().init_tag_is_originals ? 0 : its] = s.init_tag;
}

/// HEARTBEAT and its ACK: an unknown tag is learned; one that fits ends the wait for an answer.
template <class D>
void note_heartbeat(Association<D>& a, const ChunkStep<D>& s) {
    const auto mine = static_cast<std::size_t>(s.dir), its = static_cast<std::size_t>(other(s.dir));
    const auto unknown = tag_unknown<D>(s), renews = !unknown && !(s.tag == s.own_tag());
    a.vtag[mine] = s.tag;
    a.vtag[its] = D::select(renews, D::word(0), s.other_tag());
    a.heartbeat_failed = unknown && s.association.heartbeat_failed;
}

}  // namespace detail

/// What a chunk that fits leaves in the entry, whatever the state says of it; but INIT and INIT ACK leave their tag
/// only where the state takes them.
template <class D>
Association<D> noted(const ChunkStep<D>& s, bool taken) {
    Association<D> a = s.association;
    switch (s.kind) {
        case ChunkKind::init:
            if (taken) detail::note_init<D>(a, s);
            break;
        case ChunkKind::init_ack:
            if (taken)
                a.vtag[s.switches().init_tag_is_originals ? 0 : static_cast<std::size_t>(other(s.dir))] = s.init_tag;
            break;
        case ChunkKind::cookie_ack: a.init = {D::bit(false), D::bit(false)}; break;
        case ChunkKind::heartbeat:
        case ChunkKind::heartbeat_ack: detail::note_heartbeat<D>(a, s); break;
        default: break;
    }
    return a;
}

/// The state takes the chunk.
template <class D>
ChunkOutcome<D> advance(const ChunkStep<D>& s) {
    return {D::reason(Clause::sctp_chunk), D::bit(false), D::bit(false), noted<D>(s, true)};
}

/// The table says that this chunk cannot come in this state.
template <class D>
ChunkOutcome<D> refuse(const ChunkStep<D>& s) {
    return {D::reason(Clause::sctp_table_invalid), D::bit(true), D::bit(false), noted<D>(s, false)};
}

namespace detail {

/// Why a chunk does not fit.
template <class D>
typename D::Reason fault(const ChunkStep<D>& s) {
    switch (s.kind) {
        case ChunkKind::init:
            return D::select(s.tag == D::word(0), D::reason(Clause::sctp_init_short), D::reason(Clause::sctp_init_tag));
        case ChunkKind::init_ack:
            return D::select(s.has_init, D::reason(Clause::sctp_init_ack_tag), D::reason(Clause::sctp_init_short));
        case ChunkKind::cookie_echo: return D::reason(Clause::sctp_cookie_echo_tag);
        case ChunkKind::heartbeat:
        case ChunkKind::heartbeat_ack: return D::reason(Clause::sctp_heartbeat_tag);
        default: return D::reason(Clause::sctp_abort_tag);
    }
}

}  // namespace detail

/// A chunk that does not fit. A HEARTBEAT with another tag is passed over once, in a packet without DATA: it may test
/// another path. All others make their packet INVALID.
template <class D>
ChunkOutcome<D> misfit(const ChunkStep<D>& s) {
    const auto passed = D::bit(s.kind == ChunkKind::heartbeat) && !s.with_data && !s.after_passed;
    Association<D> a = s.association;
    a.heartbeat_failed = passed || s.association.heartbeat_failed;
    a.failed_in_reply = D::select(passed, D::bit(s.dir == Direction::reply), s.association.failed_in_reply);
    return {D::select(passed, D::reason(Clause::sctp_heartbeat_passed_over), detail::fault<D>(s)), !passed, passed, a};
}

// --- the first packet of an entry -----------------------------------------------------------------------------------

/// May this chunk open an entry, so far as its tag goes? Which kinds may is the table's business.
template <class D>
typename D::Bit opener_fits(const ChunkStep<D>& s) {
    return s.kind == ChunkKind::init ? s.tag == D::word(0) && s.has_init : D::bit(true);
}

/// A chunk that opens leaves its tag.
template <class D>
ChunkOutcome<D> open(const ChunkStep<D>& s) {
    Association<D> a = s.association;
    const auto original = static_cast<std::size_t>(Direction::original), reply = 1 - original;
    if (s.kind == ChunkKind::init)
        a.vtag[reply] = s.init_tag;
    else if (s.kind == ChunkKind::heartbeat)
        a.vtag[original] = s.tag;
    else if (s.switches().any_opener_leaves_its_tag || s.kind == ChunkKind::shutdown_ack)
        a.vtag[reply] = s.tag;
    return {D::reason(Clause::sctp_chunk), D::bit(false), D::bit(false), a};
}

template <class D>
ChunkOutcome<D> refuse_opener(const ChunkStep<D>& s) {
    return {D::reason(Clause::sctp_new_chunk), D::bit(true), D::bit(false), s.association};
}

/// An INIT that may not open.
template <class D>
ChunkOutcome<D> misfit_opener(const ChunkStep<D>& s) {
    return {detail::fault<D>(s), D::bit(true), D::bit(false), s.association};
}

// --- what a packet does, chunk by chunk ------------------------------------------------------------------------------

/// Must every packet of the direction bear this tag, whatever it holds but the chunks with rules of their own?
template <class D>
typename D::Bit tag_fits(const Association<D>& a, Direction dir, const typename D::Word& tag) {
    return tag == a.vtag[static_cast<std::size_t>(dir)];
}

/// Is the entry worth keeping once a chunk has led to this state?
constexpr bool assures(const Edition& edition, Direction dir, State old, State now) {
    if (edition.sctp.assures_by_handshake)
        return old == State::cookie_echoed && dir == Direction::reply && now == State::established;
    return old != now && now == State::established;
}

/// Are observers told that the entry is ASSURED? Where the handshake assures, each of them tells anew.
constexpr bool tells_of_assured(const Edition& edition, bool was_assured) {
    return !was_assured || edition.sctp.assures_by_handshake;
}

/// A chunk that lets the timer be: an INIT sent again must not keep a CLOSED entry alive.
constexpr bool keeps_timer(const Edition& edition, ChunkKind kind, State old, State now, bool confirmed) {
    return edition.sctp.init_keeps_closed_timer && kind == ChunkKind::init && old == State::closed &&
           now == State::closed && confirmed;
}

}  // namespace conntrack::sctp

// Tracking that every entry shares (was a reply seen? is the flow assured?), and the whole of it for protocols that
// have no states of their own: UDP, UDP-Lite, ICMP queries, and protocols nobody knows.
// Sources: nf_conntrack_in(), and the packet callbacks of the udp, udplite, icmp and generic trackers.
#pragma once

#include "spec/domain.hpp"
#include "spec/edition.hpp"

#include <cstddef>
#include <cstdint>

namespace conntrack::flow {

/// NEW; SEEN_REPLY; and ASSURED.
enum class State : std::uint8_t { unreplied, replied, assured };

enum class Kind : std::uint8_t {
    udp,        // ASSURED once it is a stream
    udplite,    // ... without the rule about its age
    icmp,       // one timeout, never ASSURED
    generic,    // likewise
    gre,        // ASSURED once it was answered; its timeouts are those that were in force when the entry was made
    own_states  // TCP, SCTP, and ICMP of linux-2.6.9: timer and ASSURED are decided by the protocol's own machine
};
inline constexpr std::size_t kind_count = 6;

template <class D>
struct Step {
    const Edition* edition;
    Kind kind;
    typename D::Word unreplied_timeout, stream_timeout;  // seconds; kinds with one timeout: both the same
    typename D::Time age;                                // since the first packet was tracked
    typename D::Bit nat_clash;                           // status bit: never becomes ASSURED
};

template <class D>
struct Outcome {
    using Bit = typename D::Bit;
    typename D::Reason reason;
    Bit refresh;               // the timer is set to timeout, and the packet counted
    typename D::Word timeout;  // seconds
    Bit reply_seen, assured;   // status bits that are newly set
};

/// Is a flow that was answered a stream by now? An entry made by clash resolution lives too short a time for it.
template <class D>
typename D::Bit is_stream(const Step<D>& step) {
    if (step.kind != Kind::udp && step.kind != Kind::udplite && step.kind != Kind::gre) return D::bit(false);
    const std::uint32_t age_s = step.kind == Kind::udp ? step.edition->core.udp_stream_age_s : 0;
    const auto old_enough = age_s == 0 ? D::bit(true) : D::earlier(D::seconds(D::word(age_s)), step.age);
    return old_enough && !step.nat_clash;
}

/// A further packet of a stream that is told as if it were ASSURED only now (gre_packet() of linux-2.6.32).
constexpr bool tells_again(Kind kind, State before, const Edition& edition) {
    return kind == Kind::gre && before == State::assured && edition.core.gre_tells_every_stream_packet;
}

namespace detail {

template <class D>
Outcome<D> refreshed(const Step<D>& step, Clause clause, const typename D::Word& timeout) {
    const auto no = D::bit(false);
    const Clause named = step.kind == Kind::icmp      ? Clause::icmp_query
                         : step.kind == Kind::generic ? Clause::generic_protocol
                                                      : clause;
    return {D::reason(named), D::bit(step.kind != Kind::own_states), timeout, no, no};
}

}  // namespace detail

/// A packet of a flow that nobody has answered.
template <class D>
Outcome<D> unanswered(const Step<D>& step) {
    return detail::refreshed<D>(step, Clause::generic_unreplied, step.unreplied_timeout);
}

/// The first answer. It still gets the unreplied timeout: SEEN_REPLY is set after the protocol has handled it.
template <class D>
Outcome<D> first_answer(const Step<D>& step) {
    auto out = detail::refreshed<D>(step, Clause::generic_first_reply, step.unreplied_timeout);
    out.reply_seen = D::bit(true);
    return out;
}

/// A further packet of an answered flow that is no stream.
template <class D>
Outcome<D> answered(const Step<D>& step) {
    return detail::refreshed<D>(step, Clause::generic_replied_too_young, step.unreplied_timeout);
}

/// The packet that makes an answered flow a stream.
template <class D>
Outcome<D> becomes_stream(const Step<D>& step) {
    auto out = detail::refreshed<D>(step, Clause::generic_stream, step.stream_timeout);
    out.assured = D::bit(true);
    return out;
}

/// A further packet of a stream.
template <class D>
Outcome<D> stream(const Step<D>& step) {
    return detail::refreshed<D>(step, Clause::generic_stream, step.stream_timeout);
}

}  // namespace conntrack::flow

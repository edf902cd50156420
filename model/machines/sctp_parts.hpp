// The named parts of the SCTP machines: states, events, guards and actions. Guards and actions only pass on to the
// rules in spec/sctp, for whichever domain they are asked in.
#pragma once

#include "spec/sctp/chunk_rules.hpp"

#include <boost/msm/front/states.hpp>

namespace conntrack::machines::sctp {

using conntrack::sctp::ChunkKind;
using conntrack::sctp::ChunkOutcome;
using conntrack::sctp::ChunkStep;
using SctpState = conntrack::sctp::State;

template <SctpState S>
struct SubState : boost::msm::front::state<> {
    static constexpr SctpState value = S;
};

struct None : SubState<SctpState::none> {};
struct Closed : SubState<SctpState::closed> {};
struct CookieWait : SubState<SctpState::cookie_wait> {};
struct CookieEchoed : SubState<SctpState::cookie_echoed> {};
struct Established : SubState<SctpState::established> {};
struct ShutdownSent : SubState<SctpState::shutdown_sent> {};
struct ShutdownRecd : SubState<SctpState::shutdown_recd> {};
struct ShutdownAckSent : SubState<SctpState::shutdown_ack_sent> {};
struct HeartbeatSent : SubState<SctpState::heartbeat_sent> {};

/// What guards read and where actions leave their outcome.
struct Event {
    const ChunkStep<Concrete>* step;
    ChunkOutcome<Concrete>* outcome;
};

/// A chunk of one direction and kind.
template <Direction Dir, ChunkKind Kind>
struct Chunk : Event {
    static constexpr Direction dir = Dir;
    static constexpr ChunkKind kind = Kind;
};
template <ChunkKind Kind>
using Original = Chunk<Direction::original, Kind>;
template <ChunkKind Kind>
using Reply = Chunk<Direction::reply, Kind>;

/// A chunk of the first packet of an entry, which is looked up from NONE before the packet is handled.
template <ChunkKind Kind>
struct Opener : Event {
    static constexpr ChunkKind kind = Kind;
};

/// Makes a Boost.MSM guard of Self::holds<D>.
template <class Self>
struct Guard {
    template <class E, class Machine, class Source, class Target>
    bool operator()(const E& event, Machine&, Source&, Target&) const {
        return Self::template holds<Concrete>(*event.step);
    }
};
struct Fits : Guard<Fits> {
    template <class D>
    static typename D::Bit holds(const ChunkStep<D>& step) {
        return conntrack::sctp::fits<D>(step);
    }
};
struct OpenerFits : Guard<OpenerFits> {
    template <class D>
    static typename D::Bit holds(const ChunkStep<D>& step) {
        return conntrack::sctp::opener_fits<D>(step);
    }
};
struct OpensByRowsAlone : Guard<OpensByRowsAlone> {
    template <class D>
    static typename D::Bit holds(const ChunkStep<D>& step) {
        return D::bit(step.switches().opens_by_rows_alone);
    }
};

/// Makes a Boost.MSM action of Self::apply<D>.
template <class Self>
struct Action {
    template <class E, class Machine, class Source, class Target>
    void operator()(const E& event, Machine&, Source&, Target&) const {
        *event.outcome = Self::template apply<Concrete>(*event.step);
    }
};
struct Advance : Action<Advance> {
    template <class D>
    static ChunkOutcome<D> apply(const ChunkStep<D>& step) {
        return conntrack::sctp::advance<D>(step);
    }
};
struct Refuse : Action<Refuse> {
    template <class D>
    static ChunkOutcome<D> apply(const ChunkStep<D>& step) {
        return conntrack::sctp::refuse<D>(step);
    }
};
struct Open : Action<Open> {
    template <class D>
    static ChunkOutcome<D> apply(const ChunkStep<D>& step) {
        return conntrack::sctp::open<D>(step);
    }
};
struct RefuseOpener : Action<RefuseOpener> {
    template <class D>
    static ChunkOutcome<D> apply(const ChunkStep<D>& step) {
        return conntrack::sctp::refuse_opener<D>(step);
    }
};

}  // namespace conntrack::machines::sctp

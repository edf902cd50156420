// The named parts of the TCP machines: states, events, guards and actions. Guards and actions only pass on to the
// rules in spec/tcp, for whichever domain they are asked in.
#pragma once

#include "spec/tcp/guards.hpp"

#include <boost/msm/front/states.hpp>

namespace conntrack::machines::tcp {

using conntrack::tcp::Judged;
using conntrack::tcp::Outcome;
using conntrack::tcp::PacketClass;
using TcpState = conntrack::tcp::State;

template <TcpState S>
struct SubState : boost::msm::front::state<> {
    static constexpr TcpState value = S;
};

struct None : SubState<TcpState::none> {};
struct SynSent : SubState<TcpState::syn_sent> {};
struct SynRecv : SubState<TcpState::syn_recv> {};
struct Established : SubState<TcpState::established> {};
struct FinWait : SubState<TcpState::fin_wait> {};
struct CloseWait : SubState<TcpState::close_wait> {};
struct LastAck : SubState<TcpState::last_ack> {};
struct TimeWait : SubState<TcpState::time_wait> {};
struct Close : SubState<TcpState::close> {};
struct SynSent2 : SubState<TcpState::syn_sent2> {};  // LISTEN in linux-2.6.9, where nothing leads to it

/// A packet of one direction and class. It carries what guards read and where actions leave their outcome.
template <Direction Dir, PacketClass Class>
struct Packet {
    static constexpr Direction dir = Dir;
    static constexpr PacketClass cls = Class;
    const Judged<Concrete>* judged;
    Outcome<Concrete>* outcome;
};

template <PacketClass Class>
using Original = Packet<Direction::original, Class>;
template <PacketClass Class>
using Reply = Packet<Direction::reply, Class>;

/// Makes a Boost.MSM guard of Self::holds<D>.
template <class Self>
struct Guard {
    template <class Event, class Machine, class Source, class Target>
    bool operator()(const Event& event, Machine&, Source&, Target&) const {
        return Self::template holds<Concrete>(*event.judged);
    }
};

struct WindowAccepts : Guard<WindowAccepts> {
    template <class D>
    static typename D::Bit holds(const Judged<D>& j) {
        return j.window.accept;
    }
};
struct TrimmedAndAccepted : Guard<TrimmedAndAccepted> {
    template <class D>
    static typename D::Bit holds(const Judged<D>& j) {
        return j.window.trimmed && j.window.accept;
    }
};
struct PickupRefused : Guard<PickupRefused> {
    template <class D>
    static typename D::Bit holds(const Judged<D>& j) {
        return !conntrack::tcp::pickup_allowed<D>(j.step);
    }
};
struct MayReopen : Guard<MayReopen> {
    template <class D>
    static typename D::Bit holds(const Judged<D>& j) {
        return conntrack::tcp::may_reopen<D>(j.step);
    }
};
struct AnswersLetThroughSyn : Guard<AnswersLetThroughSyn> {
    template <class D>
    static typename D::Bit holds(const Judged<D>& j) {
        return conntrack::tcp::answers_let_through_syn<D>(j.step);
    }
};
struct AnswersLetThroughSynInWindow : Guard<AnswersLetThroughSynInWindow> {
    template <class D>
    static typename D::Bit holds(const Judged<D>& j) {
        return conntrack::tcp::answers_let_through_syn<D>(j.step) &&
               conntrack::tcp::resynchronised<D>(j.step).window.accept;
    }
};
struct ResetOfLetThrough : Guard<ResetOfLetThrough> {
    template <class D>
    static typename D::Bit holds(const Judged<D>& j) {
        return conntrack::tcp::reset_of_let_through<D>(j.step);
    }
};
struct ResetBelowMaxack : Guard<ResetBelowMaxack> {
    template <class D>
    static typename D::Bit holds(const Judged<D>& j) {
        return conntrack::tcp::reset_below_maxack<D>(j.step);
    }
};
struct ResetSkipsWindow : Guard<ResetSkipsWindow> {
    template <class D>
    static typename D::Bit holds(const Judged<D>& j) {
        return conntrack::tcp::reset_skips_window<D>(j.step);
    }
};
struct InexactResetSkipsWindow : Guard<InexactResetSkipsWindow> {
    template <class D>
    static typename D::Bit holds(const Judged<D>& j) {
        return conntrack::tcp::reset_inexact<D>(j.step) && conntrack::tcp::reset_skips_window<D>(j.step);
    }
};
struct InexactResetAccepted : Guard<InexactResetAccepted> {
    template <class D>
    static typename D::Bit holds(const Judged<D>& j) {
        return conntrack::tcp::reset_inexact<D>(j.step) && j.window.accept;
    }
};
struct AnswersChallengedSyn : Guard<AnswersChallengedSyn> {
    template <class D>
    static typename D::Bit holds(const Judged<D>& j) {
        return conntrack::tcp::answers_challenged_syn<D>(j.step);
    }
};
struct SimultaneousOpenAccepted : Guard<SimultaneousOpenAccepted> {
    template <class D>
    static typename D::Bit holds(const Judged<D>& j) {
        return conntrack::tcp::opened_simultaneously<D>(j.step) && j.window.accept;
    }
};

/// Makes a Boost.MSM action of Self::apply<D>, which is given the state that the row leads to.
template <class Self>
struct Action {
    template <class Event, class Machine, class Source, class Target>
    void operator()(const Event& event, Machine&, Source&, Target&) const {
        *event.outcome = Self::template apply<Concrete>(*event.judged, Target::value);
    }
};

struct Advance : Action<Advance> {
    template <class D>
    static Outcome<D> apply(const Judged<D>& j, TcpState to) {
        return conntrack::tcp::advance_checked<D>(j, to);
    }
};
struct AdvanceTrimmed : Action<AdvanceTrimmed> {
    template <class D>
    static Outcome<D> apply(const Judged<D>& j, TcpState to) {
        return conntrack::tcp::advance_trimmed<D>(j, to);
    }
};
struct AdvanceUnchecked : Action<AdvanceUnchecked> {
    template <class D>
    static Outcome<D> apply(const Judged<D>& j, TcpState to) {
        const bool closing = conntrack::tcp::is_closing(j.step.old);
        return conntrack::tcp::advance_unchecked<D>(j, to,
                                                    closing && j.step.switches().validates_reset_exactly
                                                        ? Clause::tcp_rst_unchecked
                                                        : Clause::tcp_rst_skips_window);
    }
};
struct AdvanceInexactReset : Action<AdvanceInexactReset> {
    template <class D>
    static Outcome<D> apply(const Judged<D>& j, TcpState to) {
        auto out = conntrack::tcp::advance_checked<D>(j, to);
        out.reason = D::select(out.erase, out.reason, D::reason(Clause::tcp_rst_inexact));
        return out;
    }
};
struct AdvanceCrossing : Action<AdvanceCrossing> {
    template <class D>
    static Outcome<D> apply(const Judged<D>& j, TcpState to) {
        return conntrack::tcp::advance_checked<D>(conntrack::tcp::crossing<D>(j), to);
    }
};
struct RejectCrossing : Action<RejectCrossing> {
    template <class D>
    static Outcome<D> apply(const Judged<D>& j, TcpState) {
        return conntrack::tcp::reject<D>(conntrack::tcp::crossing<D>(j));
    }
};
struct Resynchronise : Action<Resynchronise> {
    template <class D>
    static Outcome<D> apply(const Judged<D>& j, TcpState to) {
        auto out = conntrack::tcp::advance_checked<D>(conntrack::tcp::resynchronised<D>(j.step), to);
        out.reason = D::reason(Clause::tcp_resynchronised);
        return out;
    }
};
struct RejectResynchronised : Action<RejectResynchronised> {
    template <class D>
    static Outcome<D> apply(const Judged<D>& j, TcpState) {
        return conntrack::tcp::reject<D>(conntrack::tcp::resynchronised<D>(j.step));
    }
};
struct RecordIgnored : Action<RecordIgnored> {
    template <class D>
    static Outcome<D> apply(const Judged<D>& j, TcpState) {
        return conntrack::tcp::record_ignored<D>(j.step, Clause::tcp_ignored);
    }
};
struct RecordSynNotReopening : Action<RecordSynNotReopening> {
    template <class D>
    static Outcome<D> apply(const Judged<D>& j, TcpState) {
        return conntrack::tcp::record_ignored<D>(j.step, Clause::tcp_ignored_syn_may_reopen);
    }
};
struct DeleteAndRepeat : Action<DeleteAndRepeat> {
    template <class D>
    static Outcome<D> apply(const Judged<D>& j, TcpState) {
        return conntrack::tcp::reopen<D>(j.step);
    }
};
struct DeleteAndDrop : Action<DeleteAndDrop> {
    template <class D>
    static Outcome<D> apply(const Judged<D>& j, TcpState) {
        return conntrack::tcp::give_up<D>(j.step);
    }
};
struct PassReset : Action<PassReset> {
    template <class D>
    static Outcome<D> apply(const Judged<D>& j, TcpState) {
        return conntrack::tcp::untouched<D>(j.step.connection, Clause::tcp_rst_answers_let_through);
    }
};
struct PassChallengeAck : Action<PassChallengeAck> {
    template <class D>
    static Outcome<D> apply(const Judged<D>& j, TcpState) {
        return conntrack::tcp::pass_challenge_ack<D>(j.step);
    }
};
struct Refuse : Action<Refuse> {
    template <class D>
    static Outcome<D> apply(const Judged<D>& j, TcpState) {
        return conntrack::tcp::refuse<D>(
            j.step, j.step.old == TcpState::none ? Clause::tcp_new_class : Clause::tcp_table_invalid);
    }
};
struct RefusePickup : Action<RefusePickup> {
    template <class D>
    static Outcome<D> apply(const Judged<D>& j, TcpState) {
        return conntrack::tcp::refuse<D>(j.step, Clause::tcp_new_pickup_refused);
    }
};
struct RefuseOldReset : Action<RefuseOldReset> {
    template <class D>
    static Outcome<D> apply(const Judged<D>& j, TcpState) {
        return conntrack::tcp::refuse<D>(j.step, Clause::tcp_rst_below_maxack);
    }
};
struct RefuseTrimmed : Action<RefuseTrimmed> {
    template <class D>
    static Outcome<D> apply(const Judged<D>& j, TcpState) {
        auto out = conntrack::tcp::refuse<D>(j.step, Clause::tcp_fin_trimmed_undefined);
        out.connection = j.window.connection;
        return out;
    }
};

}  // namespace conntrack::machines::tcp

// What becomes of an entry once its protocol has decided about a packet: its timer, and what generic tracking makes of
// it. Templates over the value domain, so that a proof reads what runs.
#pragma once

#include "impl/small_table.hpp"
#include "impl/tcp_step.hpp"
#include "model/machines/flow.hpp"
#include "spec/timer.hpp"

namespace conntrack::fast {

/// Of an entry before a packet, what matters here.
template <class D>
struct EntryBefore {
    typename D::Word flow;  // the number of its flow::State
    typename D::Time deadline;
    typename D::Bit fixed_timeout;
};

template <class D>
struct EntryAfter {
    typename D::Word flow;
    typename D::Bit assured, reply_seen;  // status bits that are newly set
    typename D::Time deadline;            // of the timer, if one runs
};

namespace detail {

/// A packet is shown to generic tracking.
template <class D>
SmallDecision<D, flow::Outcome<D>> show_to_flow(const typename D::Word& from, Direction dir,
                                                const flow::Step<D>& step) {
    const flow::Outcome<D> nothing{D::reason(Clause::generic_unreplied), D::bit(false), D::word(0), D::bit(false),
                                   D::bit(false)};
    if (dir == Direction::original)
        return decide_small<machines::flow::Machine, machines::flow::OriginalPacket, D>(from, step, nothing);
    return decide_small<machines::flow::Machine, machines::flow::ReplyPacket, D>(from, step, nothing);
}

}  // namespace detail

/// TCP keeps timer and ASSURED for itself: generic tracking is told of ASSURED, and sees what is not INVALID.
template <class D>
EntryAfter<D> after_tcp(const Edition& edition, const TcpEffectIn<D>& effect, const EntryBefore<D>& before,
                        Direction dir, const typename D::Time& now, const typename D::Word& unacknowledged_timeout) {
    using Decision = SmallDecision<D, flow::Outcome<D>>;
    const auto no = D::bit(false);
    const flow::Step<D> step{&edition, flow::Kind::own_states, D::word(0), D::word(0), D::time(0), no};
    const flow::Outcome<D> nothing{D::reason(Clause::generic_unreplied), no, D::word(0), no, no};
    const auto stays = [&](const typename D::Word& flow) { return [&] { return Decision{flow, nothing}; }; };

    const auto assures = effect.assure && !effect.invalid;
    const Decision told = either_way<D>(
        assures,
        [&] {
            return decide_small<machines::flow::Machine, machines::flow::ProtocolAssures, D>(before.flow, step,
                                                                                             nothing);
        },
        stays(before.flow));
    const Decision shown = either_way<D>(
        effect.goes_on_to_flow, [&] { return detail::show_to_flow<D>(told.next, dir, step); }, stays(told.next));

    const auto shrunk =
        D::select(effect.shrink, shrunk_deadline<D>(before.deadline, now, unacknowledged_timeout), before.deadline);
    const auto refreshed = refreshed_deadline<D>(edition, shrunk, now, effect.timeout, before.fixed_timeout);
    return {.flow = shown.next,
            .assured = assures,
            .reply_seen = shown.outcome.reply_seen,
            .deadline = D::select(effect.refresh && !effect.invalid, refreshed, shrunk)};
}

}  // namespace conntrack::fast

// Generic tracking, the machine that every entry has: NEW until a reply is seen, then ESTABLISHED in both
// directions, and ASSURED once the flow is worth keeping when the table is full.
// Sources: nf_conntrack_in() (SEEN_REPLY after the handler), udp_packet(), nf_conntrack_udp_packet().
#pragma once

#include "spec/flow.hpp"

#include <boost/mp11/list.hpp>
#include <boost/mp11/mpl.hpp>
#include <boost/msm/front/functor_row.hpp>
#include <boost/msm/front/state_machine_def.hpp>
#include <boost/msm/front/states.hpp>

namespace conntrack::machines::flow {

using boost::msm::front::none;
using boost::msm::front::Row;
using conntrack::flow::Outcome;
using conntrack::flow::Step;

struct Unreplied : boost::msm::front::state<> {};  // NEW
struct Replied : boost::msm::front::state<> {};    // SEEN_REPLY: ESTABLISHED both ways
struct Assured : boost::msm::front::state<> {};    // and ASSURED

struct Event {
    const Step<Concrete>* step;
    Outcome<Concrete>* outcome;
};
struct OriginalPacket : Event {};
struct ReplyPacket : Event {};
struct ProtocolAssures {};  // the protocol's own machine found the flow worth keeping

struct IsStream {
    template <class D>
    static typename D::Bit holds(const Step<D>& step) {
        return conntrack::flow::is_stream<D>(step);
    }
    template <class E, class Machine, class Source, class Target>
    bool operator()(const E& event, Machine&, Source&, Target&) const {
        return holds<Concrete>(*event.step);
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
struct AwaitReply : Action<AwaitReply> {
    template <class D>
    static Outcome<D> apply(const Step<D>& step) {
        return conntrack::flow::unanswered<D>(step);
    }
};
struct NoteReply : Action<NoteReply> {
    template <class D>
    static Outcome<D> apply(const Step<D>& step) {
        return conntrack::flow::first_answer<D>(step);
    }
};
struct GoOn : Action<GoOn> {
    template <class D>
    static Outcome<D> apply(const Step<D>& step) {
        return conntrack::flow::answered<D>(step);
    }
};
struct BecomeStream : Action<BecomeStream> {
    template <class D>
    static Outcome<D> apply(const Step<D>& step) {
        return conntrack::flow::becomes_stream<D>(step);
    }
};
struct GoOnStreaming : Action<GoOnStreaming> {
    template <class D>
    static Outcome<D> apply(const Step<D>& step) {
        return conntrack::flow::stream<D>(step);
    }
};

struct Machine : boost::msm::front::state_machine_def<Machine> {
    using no_message_queue = int;
    using no_exception_thrown = int;
    using initial_state = Unreplied;
    using states = boost::mp11::mp_list<Unreplied, Replied, Assured>;

    // In the order in which they are tried; Boost.MSM tries the last one first.
    // clang-format off
    using rows = boost::mp11::mp_list<
        //  from       on               to         action         guard
        Row<Unreplied, OriginalPacket,  Unreplied, AwaitReply,    none>,
        Row<Unreplied, ReplyPacket,     Replied,   NoteReply,     none>,
        Row<Unreplied, ProtocolAssures, none,      none,          none>,
        Row<Replied,   OriginalPacket,  Assured,   BecomeStream,  IsStream>,
        Row<Replied,   OriginalPacket,  Replied,   GoOn,          none>,
        Row<Replied,   ReplyPacket,     Assured,   BecomeStream,  IsStream>,
        Row<Replied,   ReplyPacket,     Replied,   GoOn,          none>,
        Row<Replied,   ProtocolAssures, Assured,   none,          none>,
        Row<Assured,   OriginalPacket,  Assured,   GoOnStreaming, none>,
        Row<Assured,   ReplyPacket,     Assured,   GoOnStreaming, none>,
        Row<Assured,   ProtocolAssures, none,      none,          none>>;
    // clang-format on
    using transition_table = boost::mp11::mp_reverse<rows>;
};

}  // namespace conntrack::machines::flow

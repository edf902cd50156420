// ICMP request counting of linux-2.6.9: the entry goes with the reply that balances the requests. Later editions
// treat ICMP as the generic machine does. Source: icmp_packet() of ip_conntrack_proto_icmp.c.
#pragma once

#include "spec/icmp_count.hpp"

#include <boost/mp11/list.hpp>
#include <boost/mp11/mpl.hpp>
#include <boost/msm/front/functor_row.hpp>
#include <boost/msm/front/state_machine_def.hpp>
#include <boost/msm/front/states.hpp>

namespace conntrack::machines::icmp_count {

using boost::msm::front::none;
using boost::msm::front::Row;
using conntrack::icmp::CountOutcome;
using conntrack::icmp::CountStep;

struct Fresh : boost::msm::front::state<> {};     // no request counted yet
struct Waiting : boost::msm::front::state<> {};   // replies are owed
struct Balanced : boost::msm::front::state<> {};  // out of the table; lives while a packet holds it

struct Event {
    const CountStep<Concrete>* step;
    CountOutcome<Concrete>* outcome;
};
struct Request : Event {};  // any packet of the original direction
struct Reply : Event {};

struct Balances {
    template <class D>
    static typename D::Bit holds(const CountStep<D>& step) {
        return conntrack::icmp::balances<D>(step);
    }
    template <class E, class Machine, class Source, class Target>
    bool operator()(const E& event, Machine&, Source&, Target&) const {
        return holds<Concrete>(*event.step);
    }
};

template <class Self>
struct Action {
    template <class E, class Machine, class Source, class Target>
    void operator()(const E& event, Machine&, Source&, Target&) const {
        *event.outcome = Self::template apply<Concrete>(*event.step);
    }
};
struct CountUp : Action<CountUp> {
    template <class D>
    static CountOutcome<D> apply(const CountStep<D>& step) {
        return conntrack::icmp::request<D>(step);
    }
};
struct CountDown : Action<CountDown> {
    template <class D>
    static CountOutcome<D> apply(const CountStep<D>& step) {
        return conntrack::icmp::reply<D>(step);
    }
};
struct CountDownAndDelete : Action<CountDownAndDelete> {
    template <class D>
    static CountOutcome<D> apply(const CountStep<D>& step) {
        return conntrack::icmp::last_reply<D>(step);
    }
};

struct Machine : boost::msm::front::state_machine_def<Machine> {
    using no_message_queue = int;
    using no_exception_thrown = int;
    using initial_state = Fresh;
    using states = boost::mp11::mp_list<Fresh, Waiting, Balanced>;

    // In the order in which they are tried; Boost.MSM tries the last one first. A balanced entry is in no table, so
    // no packet finds it; the rows say what its counter would do.
    // clang-format off
    using rows = boost::mp11::mp_list<
        //  from      on       to        action              guard
        Row<Fresh,    Request, Waiting,  CountUp,            none>,
        Row<Fresh,    Reply,   Waiting,  CountDown,          none>,
        Row<Waiting,  Request, Waiting,  CountUp,            none>,
        Row<Waiting,  Reply,   Balanced, CountDownAndDelete, Balances>,
        Row<Waiting,  Reply,   Waiting,  CountDown,          none>,
        Row<Balanced, Request, Balanced, CountUp,            none>,
        Row<Balanced, Reply,   Balanced, CountDown,          none>>;
    // clang-format on
    using transition_table = boost::mp11::mp_reverse<rows>;
};

}  // namespace conntrack::machines::icmp_count

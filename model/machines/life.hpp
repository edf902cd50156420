// The life of an entry: made with its first packet, confirmed when that packet leaves the router, dying once it is
// out of the table, and freed when the last packet that holds it is.
// Sources: core of ip_conntrack_core.c and nf_conntrack_core.c.
#pragma once

#include "spec/life.hpp"

#include <boost/mp11/list.hpp>
#include <boost/mp11/mpl.hpp>
#include <boost/msm/front/functor_row.hpp>
#include <boost/msm/front/state_machine_def.hpp>
#include <boost/msm/front/states.hpp>

namespace conntrack::machines::life {

using boost::msm::front::none;
using boost::msm::front::Row;
using conntrack::life::Step;

struct Unconfirmed : boost::msm::front::state<> {};  // only its first packet knows it
struct Confirmed : boost::msm::front::state<> {};    // in the table, its timer running
struct Dying : boost::msm::front::state<> {};        // out of the table, still held
struct Freed : boost::msm::front::state<> {};

struct Hold {};     // a packet takes a reference
struct Release {};  // a packet drops its reference
struct Confirm {};  // the first packet passed the confirm hook
struct Delete {};   // expiry, a deleting packet, flush, eviction
struct Condemn {};  // a flush of linux-2.6.32 marks entries that are not confirmed yet: they never will be

struct LastReference {
    template <class D>
    static typename D::Bit holds(const Step<D>& step) {
        return conntrack::life::last_reference<D>(step);
    }
    template <class E, class Machine, class Source, class Target>
    bool operator()(const E&, Machine& machine, Source&, Target&) const {
        return holds<Concrete>(Step<Concrete>{machine.references});
    }
};

/// Makes a Boost.MSM action of Self::apply<D>, which gives the new number of references.
template <class Self>
struct Action {
    template <class E, class Machine, class Source, class Target>
    void operator()(const E&, Machine& machine, Source&, Target&) const {
        machine.references = Self::template apply<Concrete>(Step<Concrete>{machine.references});
    }
};
struct TakeReference : Action<TakeReference> {
    template <class D>
    static typename D::Word apply(const Step<D>& step) {
        return conntrack::life::taken<D>(step);
    }
};
struct DropReference : Action<DropReference> {
    template <class D>
    static typename D::Word apply(const Step<D>& step) {
        return conntrack::life::dropped<D>(step);
    }
};

struct Machine : boost::msm::front::state_machine_def<Machine> {
    using no_message_queue = int;
    using no_exception_thrown = int;
    using initial_state = Unconfirmed;
    using states = boost::mp11::mp_list<Unconfirmed, Confirmed, Dying, Freed>;

    // In the order in which they are tried; Boost.MSM tries the last one first. The table's own reference is taken by
    // Confirm and dropped by Delete.
    // clang-format off
    using rows = boost::mp11::mp_list<
        //  from         on       to           action         guard
        Row<Unconfirmed, Hold,    Unconfirmed, TakeReference, none>,
        Row<Unconfirmed, Release, Freed,       DropReference, LastReference>,
        Row<Unconfirmed, Release, Unconfirmed, DropReference, none>,
        Row<Unconfirmed, Confirm, Confirmed,   TakeReference, none>,
        Row<Unconfirmed, Delete,  none,        none,          none>,
        Row<Unconfirmed, Condemn, Dying,       none,          none>,
        Row<Confirmed,   Hold,    Confirmed,   TakeReference, none>,
        Row<Confirmed,   Release, Confirmed,   DropReference, none>,
        Row<Confirmed,   Confirm, none,        none,          none>,
        Row<Confirmed,   Delete,  Freed,       DropReference, LastReference>,
        Row<Confirmed,   Delete,  Dying,       DropReference, none>,
        Row<Confirmed,   Condemn, none,        none,          none>,
        Row<Dying,       Hold,    Dying,       TakeReference, none>,
        Row<Dying,       Release, Freed,       DropReference, LastReference>,
        Row<Dying,       Release, Dying,       DropReference, none>,
        Row<Dying,       Confirm, none,        none,          none>,
        Row<Dying,       Delete,  none,        none,          none>,
        Row<Dying,       Condemn, none,        none,          none>,
        Row<Freed,       Hold,    none,        none,          none>,
        Row<Freed,       Release, none,        none,          none>,
        Row<Freed,       Confirm, none,        none,          none>,
        Row<Freed,       Delete,  none,        none,          none>,
        Row<Freed,       Condemn, none,        none,          none>>;
    // clang-format on
    using transition_table = boost::mp11::mp_reverse<rows>;

    Concrete::Word references = 1;  // the first packet's
};

}  // namespace conntrack::machines::life

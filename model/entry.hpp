// One tracked connection: its tuples, its status, its machines and what they remember.
// Source: struct ip_conntrack, struct nf_conn.
#pragma once

#include "model/flow_machines.hpp"
#include "model/nat/binding.hpp"
#include "model/sctp_machine.hpp"
#include "model/tcp_machine.hpp"
#include "spec/choices.hpp"
#include "spec/counter.hpp"
#include "spec/event.hpp"
#include "spec/expect/extension.hpp"
#include "spec/flow_settings.hpp"
#include "spec/status.hpp"
#include "spec/time.hpp"
#include "spec/trackers.hpp"
#include "spec/tuple.hpp"
#include "spec/verdict.hpp"
#include "spec/zone.hpp"

#include <array>
#include <cstdint>
#include <memory>

namespace conntrack {

/// Where the table has filed an entry's timer.
struct Filing {
    bool filed = false;
    Time at = 0;              // the deadline it is filed under, never after the true one
    std::uint64_t order = 0;  // among equal ones
    std::uint64_t armed = 0;  // when the timer was last set, as a running number
};

struct Entry {
    EntryId id = 0;
    Tuple original, reply;
    Zone zone;
    StatusSet status;
    L4Tracker tracker = L4Tracker::generic;
    bool accounted = false;  // made while accounting was on
    bool reports = false;    // made while events were on
    bool filler = false;     // one of many that only fill the table: shown in no list and no event
    std::uint32_t mark = 0;
    std::array<Counter, 2> counters;  // by Direction

    Time tracked_since = 0;            // when its first packet was tracked
    Time deadline = 0;                 // while confirmed
    std::uint32_t stored_timeout = 0;  // seconds, until confirmed
    std::uint64_t confirmed_as = 0;    // running number of confirmations: listings show the newest first
    Filing filing;
    EventMask pending = 0;  // events gathered for the next confirm hook

    LifeMachine life;
    FlowMachine flow;
    std::unique_ptr<TcpMachine> tcp_machine;
    tcp::Connection<Concrete> tcp = tcp::blank<Concrete>();
    std::unique_ptr<IcmpCountMachine> icmp_machine;  // linux-2.6.9
    std::uint32_t icmp_count = 0;
    std::unique_ptr<SctpMachine> sctp_machine;
    sctp::Association<Concrete> sctp = sctp::blank<Concrete>();
    flow::Timeouts gre_timeouts;                   // GRE: those in force when the entry was made
    std::unique_ptr<NatState> nat;                 // once NAT has seen it
    std::unique_ptr<expect::Extension> extension;  // null: no helper, no master

    [[nodiscard]] const Tuple& tuple(Direction dir) const { return dir == Direction::original ? original : reply; }
    [[nodiscard]] bool linked() const { return life.state() == LifeMachine::State::confirmed; }
    [[nodiscard]] bool has(Status s) const { return status.has(s); }

    /// Time left on its timer; 0 where no timer runs.
    [[nodiscard]] Time remaining(Time now) const { return linked() && deadline > now ? deadline - now : 0; }
    [[nodiscard]] std::int64_t remaining_seconds(Time now) const { return remaining(now) / nanoseconds_per_second; }
};

inline Chooser chooser(const Entry& e) { return {e.id, e.original, e.tracker, e.zone}; }

}  // namespace conntrack

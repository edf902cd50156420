// An entry of the fast tracker, spelled out: what dumps show and observers hear. The tracker itself keeps entries
// packed (packed_entry.hpp).
#pragma once

#include "spec/counter.hpp"
#include "spec/event.hpp"
#include "spec/expect/extension.hpp"
#include "spec/flow_settings.hpp"
#include "spec/life.hpp"
#include "spec/nat/record.hpp"
#include "spec/sctp/association.hpp"
#include "spec/status.hpp"
#include "spec/tcp/connection.hpp"
#include "spec/time.hpp"
#include "spec/trackers.hpp"
#include "spec/tuple.hpp"
#include "spec/verdict.hpp"
#include "spec/zone.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace conntrack::fast {

/// Where a binding came from.
struct BindingOrigin {
    std::uint32_t rule = 0;  // as the caller numbers them
    Time when = 0;
    bool first_choice = false;  // a port was asked of Choices
    bool none_free = false;     // no port was: the last one tried is another entry's

    bool operator==(const BindingOrigin&) const = default;
};

/// What NAT notes of an entry besides its reply tuple and status bits.
struct NatNotes {
    std::array<bool, 2> done{};  // by Manip: decided, be it that nothing is changed
    std::array<std::optional<BindingOrigin>, 2> origin;
    std::vector<NatRecord> records;               // linux-2.6.9
    std::optional<std::uint32_t> masquerades_at;  // the interface, as the caller numbers them
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
    std::array<Counter, 2> counters;   // by Direction
    Time deadline = 0;                 // while confirmed
    std::uint32_t stored_timeout = 0;  // seconds, until confirmed
    std::uint64_t confirmed_as = 0;    // running number of confirmations
    EventMask pending = 0;             // events gathered for the next confirm hook
    life::State life = life::State::unconfirmed;
    std::uint32_t references = 0;
    flow::State flow = flow::State::unreplied;
    tcp::State tcp_state = tcp::State::none;                     // TCP alone
    tcp::Connection<Concrete> tcp = tcp::blank<Concrete>();      // TCP alone
    sctp::State sctp_state = sctp::State::none;                  // SCTP alone
    sctp::Association<Concrete> sctp = sctp::blank<Concrete>();  // SCTP alone
    flow::Timeouts gre_timeouts;                                 // GRE
    std::uint32_t icmp_count = 0;                                // ICMP of linux-2.6.9
    Time tracked_since = 0;                                      // of protocols without states of their own
    std::uint64_t armed = 0;                                     // when its timer was last set, as a running number
    std::optional<NatNotes> nat;                                 // once NAT has seen it
    std::optional<expect::Extension> extension;                  // nothing: no helper, no master

    [[nodiscard]] const Tuple& tuple(Direction dir) const { return dir == Direction::original ? original : reply; }
    [[nodiscard]] bool linked() const { return life == life::State::confirmed; }
    [[nodiscard]] bool has(Status s) const { return status.has(s); }
    /// Time left on its timer; 0 where no timer runs.
    [[nodiscard]] Time remaining(Time now) const { return linked() && deadline > now ? deadline - now : 0; }
};

/// What an observer is called with: all bits that a packet gathered for one entry, and the entry as it is now.
struct Notice {
    EventMask mask;
    const Entry& entry;
    Time now;
    Time time_left;  // on the timer; a DESTROY shows what was left of it

    [[nodiscard]] Message message() const { return message_of(mask); }
};

}  // namespace conntrack::fast

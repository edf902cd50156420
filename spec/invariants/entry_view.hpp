// What the invariants look at of one entry. Any implementation can fill it in: the model, the fast table, or one that
// was recorded.
#pragma once

#include "spec/edition.hpp"
#include "spec/invariants/tcp_view.hpp"
#include "spec/nat/record.hpp"
#include "spec/status.hpp"
#include "spec/time.hpp"
#include "spec/trackers.hpp"
#include "spec/tuple.hpp"
#include "spec/verdict.hpp"
#include "spec/zone.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace conntrack::invariant {

struct EntryView {
    enum class Flow : std::uint8_t { unreplied, replied, assured };
    enum class Life : std::uint8_t { unconfirmed, confirmed, dying, freed };

    static constexpr std::size_t most_records = 6;

    const Edition* edition = nullptr;
    Modules modules;
    EntryId id = 0;
    Tuple original, reply;
    Zone zone;
    StatusSet status;
    L4Tracker tracker = L4Tracker::generic;
    Flow flow = Flow::unreplied;
    Life life = Life::unconfirmed;
    std::array<bool, 2> found{};             // it is linked by that tuple, by Direction
    std::uint32_t references = 0;            // as the entry counts them
    std::uint32_t carriers = 0;              // packets in flight that carry it
    std::array<std::uint64_t, 2> packets{};  // counted, by Direction

    // NAT. linux-2.6.9 keeps records of manipulations instead of status bits.
    std::array<bool, 2> decided{};  // by nat::Manip: a binding was made, or a null one
    std::array<NatRecord, most_records> records{};
    std::size_t record_count = 0;
    bool bindings_forgotten = false;  // linux-2.6.x: NAT was unloaded while the entry existed

    Time now = 0;
    Time deadline = 0;            // while it is in the table
    std::uint32_t longest_s = 0;  // the largest timeout that its protocol could have been given so far

    std::optional<TcpView<Concrete>> tcp;               // TCP only
    std::optional<std::uint32_t> outstanding_requests;  // ICMP of linux-2.6.9 only

    /// SCTP of linux-6.18 is ASSURED when it becomes ESTABLISHED, which takes no packet of the reply direction.
    [[nodiscard]] constexpr bool may_be_assured_unanswered() const {
        return tracker == L4Tracker::sctp && !edition->sctp.assures_by_handshake;
    }
    [[nodiscard]] constexpr bool in_table() const { return found[0] || found[1]; }
    /// Clash resolution of linux-6.18 links an entry by its reply tuple alone.
    [[nodiscard]] constexpr bool linked_by_reply_only() const { return status.has(Status::nat_clash); }
    /// Does a binding change this end of the flow?
    [[nodiscard]] constexpr bool bound(nat::Manip manip) const {
        if (!edition->nat.keeps_records)
            return status.has(manip == nat::Manip::src ? Status::src_nat : Status::dst_nat);
        for (std::size_t i = 0; i < record_count; ++i)
            if (records[i].manip == manip && records[i].dir == Direction::original) return true;
        return false;
    }
};

}  // namespace conntrack::invariant

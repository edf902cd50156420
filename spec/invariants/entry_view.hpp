// What the invariants look at of one entry. Any implementation can fill it in: the model, the fast table, or one that
// was recorded.
#pragma once

#include "spec/edition.hpp"
#include "spec/invariants/tcp_view.hpp"
#include "spec/status.hpp"
#include "spec/time.hpp"
#include "spec/trackers.hpp"
#include "spec/tuple.hpp"
#include "spec/verdict.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace conntrack::invariant {

struct EntryView {
    enum class Flow : std::uint8_t { unreplied, replied, assured };
    enum class Life : std::uint8_t { unconfirmed, confirmed, dying, freed };

    const Edition* edition = nullptr;
    Modules modules;
    EntryId id = 0;
    Tuple original, reply;
    StatusSet status;
    L4Tracker tracker = L4Tracker::generic;
    Flow flow = Flow::unreplied;
    Life life = Life::unconfirmed;
    std::array<bool, 2> found{};             // a lookup of its tuple finds it, by Direction
    std::uint32_t references = 0;            // as the entry counts them
    std::uint32_t carriers = 0;              // packets in flight that carry it
    std::array<std::uint64_t, 2> packets{};  // counted, by Direction

    Time now = 0;
    Time deadline = 0;            // while it is in the table
    std::uint32_t longest_s = 0;  // the largest timeout that its protocol could have been given so far

    std::optional<TcpView<Concrete>> tcp;               // TCP only
    std::optional<std::uint32_t> outstanding_requests;  // ICMP of linux-2.6.9 only

    [[nodiscard]] constexpr bool in_table() const { return found[0] || found[1]; }
};

}  // namespace conntrack::invariant

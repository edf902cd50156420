// An expectation: a connection that another one announced. Its first packet will be RELATED.
// Sources: struct ip_conntrack_expect (2.6.9), struct nf_conntrack_expect.
#pragma once

#include "spec/event.hpp"
#include "spec/expect/rules.hpp"
#include "spec/time.hpp"
#include "spec/tuple.hpp"
#include "spec/verdict.hpp"

#include <compare>
#include <cstdint>
#include <optional>

namespace conntrack {

namespace helper {
class Helper;
}

namespace expect {

/// Flags of an expectation (NF_CT_EXPECT_*).
inline constexpr std::uint32_t permanent_flag = 1, inactive_flag = 2, userspace_flag = 4;

/// Names an entry that others may have as their master; trackers that share their expectations are told apart.
struct MasterKey {
    std::uint32_t tracker = 0;
    EntryId id = 0;
    auto operator<=>(const MasterKey&) const = default;
};

/// How NAT binds the expected connection: as its master is bound (nf_nat_follow_master()).
struct Follow {
    Direction dir;             // of the master, in which the expected connection travels
    std::uint16_t saved_part;  // the port that was announced, before it was rewritten
    bool operator==(const Follow&) const = default;
};

struct Expectation {
    std::uint64_t id = 0;  // running number
    Tuple tuple;           // `zone`: its master's
    Mask<Concrete> mask{};
    MasterKey master;
    Tuple master_original;
    const helper::Helper* helper = nullptr;   // the master's, who announced it
    const helper::Helper* assigns = nullptr;  // the expected connection's; null: it has none
    std::uint32_t flags = 0;
    std::uint8_t class_ = 0;
    std::optional<Time> deadline;  // nothing: it waits as long as its master
    std::optional<Follow> follow;

    [[nodiscard]] Wanted<Concrete> wanted() const { return {key_of(tuple), mask}; }
    [[nodiscard]] Time time_left(Time now) const { return deadline && *deadline > now ? *deadline - now : 0; }
};

/// What observers hear of expectations.
struct Notice {
    EventMask mask;  // NEW or DESTROY
    Expectation expectation;
    Time now;
};

}  // namespace expect

}  // namespace conntrack

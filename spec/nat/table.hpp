// What NAT sees of a table of entries. Its decisions are written against this, so that they exist once for every
// tracker.
#pragma once

#include "spec/choices.hpp"
#include "spec/status.hpp"
#include "spec/tcp/state.hpp"
#include "spec/tuple.hpp"

#include <cstdint>
#include <functional>
#include <optional>

namespace conntrack::nat {

/// Names an entry to its table, by either.
struct Place {
    void* pointer = nullptr;
    std::uint32_t number = 0;
    bool operator==(const Place&) const = default;
};

/// An entry as NAT sees it, at one moment.
struct Seen {
    Place place;
    EntryId id = 0;
    Tuple original, reply;
    Zone zone;
    StatusSet status;
    L4Tracker tracker = L4Tracker::generic;
    tcp::State tcp_state = tcp::State::none;  // TCP alone
    std::uint32_t tcp_end = 0;                // td_end of its original side

    [[nodiscard]] bool has(Status s) const { return status.has(s); }
};

class Table {
  public:
    Table() = default;
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;
    virtual ~Table() = default;

    struct Holder {
        Seen entry;
        Direction dir;
    };
    /// A confirmed entry that has this tuple, and in which direction, as an entry of `zone` sees it.
    [[nodiscard]] virtual std::optional<Holder> holder(const Tuple& tuple, const Zone& zone) const = 0;
    /// Takes an entry out of the table.
    virtual void evict(Place place) = 0;

    /// Of the entries that NAT has listed by their source: visits those with the source and protocol of `tuple`, the
    /// newest first, until `visit` returns true.
    virtual void each_with_source(const Tuple& tuple, const std::function<bool(const Seen&)>& visit) const = 0;
    /// ... and how many of them, but for `self`, have the addresses and the protocol of `reply` in their reply tuple.
    [[nodiscard]] virtual std::uint32_t listed_with_reply(const Tuple& reply, Place self) const = 0;

    [[nodiscard]] virtual Choices& choices() = 0;
};

}  // namespace conntrack::nat

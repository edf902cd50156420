// Where Linux is free, a tracker asks. A replay takes the first permitted choice; a check takes the one that the
// other implementation was seen to make.
#pragma once

#include "spec/nat/manip.hpp"
#include "spec/time.hpp"
#include "spec/trackers.hpp"
#include "spec/verdict.hpp"
#include "spec/zone.hpp"

#include <optional>
#include <vector>

namespace conntrack {

/// A decision that hangs on a clock tick: the kernel's clock and the recorder's may stand on either side of it.
enum class Edge : std::uint8_t { expiry, udp_stream_age, shrinking };

/// What became of a packet that met a full table, where the chains of the table are not known.
struct EarlyDropSeen {
    bool made_room = false;
    std::optional<std::vector<Tuple>> victims;  // by original tuple, in order; nothing: not known
};

/// An entry that linux-6.18's collector was seen to take before its time.
struct CollectedSeen {
    Tuple original;
    Time time_left;  // on its timer, when it was taken
};

/// The entry that a choice is about.
struct Chooser {
    EntryId id;
    const Tuple& original;
    L4Tracker tracker;
    Zone zone;
};

class Choices {
  public:
    Choices() = default;
    Choices(const Choices&) = delete;
    Choices& operator=(const Choices&) = delete;
    virtual ~Choices() = default;

    /// Decisions within this much of their edge are asked for. 0: none is.
    [[nodiscard]] virtual Time edge_width() const { return 0; }
    /// NAT: at which of `size` parts from `first` on does the search for a free one begin? 0 is the first.
    virtual std::uint16_t search_start(const Chooser&, nat::Manip, std::uint32_t first, std::uint32_t size) {
        static_cast<void>(first), static_cast<void>(size);
        return 0;
    }
    /// A helper's NAT: which port is expected in the place of one that is taken? `announced`: the tuple that could not
    /// be expected. Nothing: the first free one above it.
    virtual std::optional<std::uint16_t> expected_port(const Tuple& announced) {
        static_cast<void>(announced);
        return std::nullopt;
    }
    /// Has the edge passed? `by_the_clock` is what the exact times say.
    virtual bool passed(Edge, const Chooser&, bool by_the_clock) { return by_the_clock; }

    /// The bucket that a tuple falls into, from 0 to `buckets` - 1; of one tuple always the same. The kernel's hash has
    /// a random key; this one has none.
    virtual std::uint32_t bucket(const Tuple& tuple, std::uint32_t buckets);
    /// Asked when a packet meets a full table. Nothing: it finds what stands in the buckets.
    virtual std::optional<EarlyDropSeen> early_drop_seen() { return std::nullopt; }
    /// linux-6.18 counts what has expired until somebody meets it. Asked where only that fills the table: is it
    /// counted?
    virtual bool expired_is_counted() { return false; }

    /// When the collector's next cycle begins, from the moment on at which it is told that the table is full; at most
    /// `interval`, the time between two cycles. Nothing: not at all.
    virtual std::optional<Time> collector_begins(Time interval) { return interval; }
    /// What the collector was seen to take since the last step. Asked while it may take more than what has expired.
    virtual std::vector<CollectedSeen> collected() { return {}; }
};

}  // namespace conntrack

// The maximum of entries: when the table is full, who may be dropped to make room for a new entry, and whom the garbage
// collector of linux-6.18 takes when nobody could be.
// Sources: init_conntrack(), early_drop() of ip_conntrack_core.c (2.6.9); __nf_conntrack_alloc(), early_drop(),
// gc_worker() of nf_conntrack_core.c (later).
#pragma once

#include "spec/domain.hpp"

#include <algorithm>
#include <cstdint>

namespace conntrack::full_table {

inline constexpr std::uint32_t eviction_range = 8;  // NF_CT_EVICTION_RANGE

/// Is there no room for one entry more? `existing` counts all that are allocated: unconfirmed ones, and ones that are
/// out of the table and still held by a packet, too. A maximum of 0 is no limit (seen on a running linux-6.18).
template <class D>
typename D::Bit is_full(const typename D::Word& existing, const typename D::Word& max) {
    return !(max == D::word(0)) && !D::below(existing, max);
}

/// Is an entry made? Where there is no room, only if somebody is dropped for it.
template <class D>
typename D::Bit is_admitted(const typename D::Word& existing, const typename D::Word& max,
                            const typename D::Bit& somebody_goes) {
    return !is_full<D>(existing, max) || somebody_goes;
}

/// What decides whether an entry of a chain may go.
template <class D>
struct Candidate {
    typename D::Bit assured;
    typename D::Bit dying;
};

template <class D>
typename D::Bit may_be_dropped_early(const Candidate<D>& candidate) {
    return !candidate.assured && !candidate.dying;
}

/// The count from which the collector drops early; 0: it never does. In the kernel's order: with a maximum below 100
/// it is 0.
constexpr std::uint32_t collector_threshold(std::uint32_t max) { return max / 100 * 95; }

/// May the collector take more than what has expired?
template <class D>
typename D::Bit collector_drops_early(const typename D::Word& existing, const typename D::Word& threshold) {
    return !(threshold == D::word(0)) && !D::below(existing, threshold);
}

/// May the collector take this entry? `closing`: its protocol says that it is ending (tcp::is_closing()).
template <class D>
typename D::Bit collector_may_take(const Candidate<D>& candidate, const typename D::Bit& closing) {
    return !candidate.dying && (!candidate.assured || closing);
}

/// How many entries the collector takes before it pauses, and forgets that it was told: GC_SCAN_EXPIRED_MAX, and the
/// one with which it notices.
constexpr std::uint32_t collected_at_once(std::uint32_t ticks_per_second) { return 64'000 / ticks_per_second + 1; }

/// The time between two cycles of the collector: the average of what is left of all timers, each within 1 s and 300 s,
/// as if there were a hundred more entries with 60 s. In ticks, as the kernel divides.
class CollectorInterval {
  public:
    explicit constexpr CollectorInterval(std::uint32_t ticks_per_second)
        : ticks_(ticks_per_second), average_(60 * ticks_) {}

    constexpr void add(std::int64_t ticks_left) {
        average_ += (std::clamp(ticks_left, ticks_, 300 * ticks_) - average_) / ++count_;
    }
    [[nodiscard]] constexpr std::int64_t ticks() const { return std::clamp(average_, ticks_, 60 * ticks_); }

  private:
    std::int64_t ticks_, average_, count_ = 100;
};

}  // namespace conntrack::full_table

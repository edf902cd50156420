// The full table: who goes to make room for a new entry, and what the garbage collector of linux-6.18 takes. The
// index shows who is ASSURED, so entries that may not go are not looked at.
// Sources: early_drop() of ip_conntrack_core.c and nf_conntrack_core.c; gc_worker().
#include "impl/core.hpp"
#include "spec/full_table.hpp"

#include <algorithm>

namespace conntrack::fast {

bool Core::is_full() const {
    return full_table::is_full<Concrete>(static_cast<std::uint32_t>(existing()), settings_[Setting::max]);
}

/// Room for one entry more, whoever must go for it. False: there is none, and the kernel's log says so.
bool Core::make_room(const Tuple& wanting) {
    if (find_room(wanting, EntryMaker::packet)) return true;
    refuse();
    return false;
}

bool Core::find_room(const Tuple& wanting, EntryMaker maker) {
    if (!is_full()) return !expired_fills_it();
    if (choices_ == nullptr) {
        // What has expired does not count, whether or not it has been taken out.
        while (timers_.may_be_due(now_) && expire_one())
            if (!is_full()) return true;
    } else if (const auto seen = choices_->early_drop_seen()) {
        return drop_as_seen(*seen, wanting);
    }
    const FullTableSwitches& rules = edition_.full_table;
    const std::uint32_t buckets = settings_[Setting::buckets];
    const std::uint32_t reach = rules.reach == EvictionReach::own_chain ? 1
                                : rules.reach == EvictionReach::buckets ? full_table::eviction_range
                                                                        : buckets;
    const bool at_zero = maker == EntryMaker::netlink && rules.netlink_looks_at_zero;
    std::uint32_t bucket = at_zero               ? 0
                           : choices_ != nullptr ? choices_->bucket(wanting, buckets)
                                                 : bucket_of(table_.tag_of(wanting), buckets);
    std::size_t seen = 0;
    for (std::uint32_t i = 0; i < reach; ++i, bucket = bucket + 1 == buckets ? 0 : bucket + 1) {
        const bool counts_seen = rules.reach == EvictionReach::until_entries_seen;
        const bool looks = counts_seen || choices_ != nullptr || table_.index().may_yield(bucket);
        if (looks && drop_early(bucket, seen, wanting)) return true;
        if (counts_seen && seen >= full_table::eviction_range) break;
    }
    return false;
}

/// The links of a bucket; where somebody else says what stands in it, those.
template <class Visit>
void Core::each_in_bucket(std::uint32_t bucket, Visit visit) {
    if (choices_ == nullptr) return table_.index().each_in(bucket, settings_[Setting::buckets], visit);
    for (const Link& link : chosen_chains().chain(bucket))
        visit(Link(link.entry(), link.dir(), store_[link.entry()].has(Status::assured)));
}

void Core::evict(Handle entry, const Tuple* wanting) {
    if (watcher_ != nullptr) watcher_->evicted(entry, wanting, now_);
    remove(entry, wanting != nullptr ? Gone::early_drop : Gone::collected);
}

/// Those in a chain who may go: all, the newest first, or the oldest of them. False: there is nobody.
bool Core::drop_early(std::uint32_t bucket, std::size_t& seen, const Tuple& wanting) {
    candidates_.clear();
    each_in_bucket(bucket, [&](Link link) {
        ++seen;
        if (!full_table::may_be_dropped_early<Concrete>({.assured = link.assured(), .dying = false})) return;
        add_candidate(link);
    });
    if (candidates_.empty()) return false;
    std::ranges::sort(candidates_, std::ranges::greater{}, &Candidate::position);
    if (!edition_.full_table.takes_whole_chain) candidates_.erase(candidates_.begin(), candidates_.end() - 1);
    for (const Candidate& c : candidates_)
        if (store_[c.entry].id == c.id) evict(c.entry, &wanting);
    return true;
}

/// The place in its chain: tuples are linked at the head, the original one, then the reply.
void Core::add_candidate(Link link) {
    const Handle entry = link.entry();
    const auto dir = static_cast<std::uint64_t>(link.dir());
    candidates_.push_back({store_.rest(entry).confirmed_as * 2 + dir, entry, store_[entry].id});
}

/// Nobody could be dropped: the next cycle of linux-6.18's collector drops early, too. When it begins is open; here it
/// begins as early as it may, since to find the latest moment all timers would have to be looked at.
void Core::refuse() {
    ++refusals_;
    if (!edition_.full_table.collector || collector_begins_ != never) return;
    const Time earliest = seconds(1);
    const auto after = choices_ != nullptr ? choices_->collector_begins(earliest) : earliest;
    if (after) collector_begins_ = now_ + *after;
}

// --- the collector -------------------------------------------------------------------------------------------------

bool Core::collector_is_pressed() const {
    return full_table::collector_drops_early<Concrete>(static_cast<std::uint32_t>(existing()), collector_threshold_);
}

bool Core::collector_may_take(const PackedEntry& e) const {
    const bool closing = (e.l4() == L4Tracker::tcp && tcp::is_closing(e.tcp_now())) ||
                         (e.l4() == L4Tracker::sctp && sctp::is_closing(e.sctp_now()));
    return full_table::collector_may_take<Concrete>({e.has(Status::assured), e.has(Status::dying)}, closing);
}

/// Lets time pass until the collector's cycle, and that happen.
void Core::collect_until(Time now) {
    now_ = std::clamp(collector_begins_, now_, now);
    expire(std::numeric_limits<std::uint32_t>::max());
    collector_begins_ = never;
    if (!collector_is_pressed()) return;
    std::uint32_t left = full_table::collected_at_once(edition_.ticks_per_second);
    for (std::uint32_t bucket = 0; bucket < settings_[Setting::buckets]; ++bucket)
        if (!collect_from(bucket, left)) return;
}

/// Bucket by bucket, until the count is below the threshold or the worker pauses; when it goes on it has forgotten that
/// it was told. False: that is now.
bool Core::collect_from(std::uint32_t bucket, std::uint32_t& left) {
    candidates_.clear();
    each_in_bucket(bucket, [&](Link link) { add_candidate(link); });
    std::ranges::sort(candidates_, std::ranges::greater{}, &Candidate::position);
    for (const Candidate& c : candidates_) {
        if (!collector_is_pressed() || left == 0) return false;
        if (store_[c.entry].id != c.id || !collector_may_take(store_[c.entry])) continue;
        evict(c.entry, nullptr);
        --left;
    }
    return true;
}

}  // namespace conntrack::fast

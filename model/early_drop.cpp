// The full table: who goes to make room for a new entry, and what the garbage collector of linux-6.18 takes.
// Sources: early_drop() of ip_conntrack_core.c and nf_conntrack_core.c; gc_worker().
#include "model/tracker.hpp"
#include "spec/seen_evictions.hpp"

#include <algorithm>

namespace conntrack {

namespace {

full_table::Candidate<Concrete> candidate(const Entry& entry) {
    return {entry.has(Status::assured), entry.has(Status::dying)};
}

bool may_go(const Entry& entry) { return full_table::may_be_dropped_early<Concrete>(candidate(entry)); }

}  // namespace

// --- room for a new entry ------------------------------------------------------------------------------------------

/// Room for one entry more, whoever must go for it. False: there is none, and the kernel's log says so.
bool Tracker::make_room(const Tuple& wanting) {
    if (find_room(wanting, EntryMaker::packet)) return true;
    refuse();
    return false;
}

void Tracker::refuse() {
    log_.emplace_back(edition_.full_table.message);
    tell_collector();
}

bool Tracker::find_room(const Tuple& wanting, EntryMaker maker) {
    const std::uint32_t max = settings_[Setting::max];
    const std::uint32_t count = this->count();
    if (!full_table::is_full<Concrete>(count, max)) {
        // linux-6.18 lets what has expired stand until somebody meets it, and counts it until then.
        const std::size_t expired = expired_at_ == now_ ? expired_lately_ : 0;
        const auto with_expired = static_cast<std::uint32_t>(count + expired);
        const bool expired_fills_it = edition_.full_table.collector && full_table::is_full<Concrete>(with_expired, max);
        return !expired_fills_it || !choices_->expired_is_counted();
    }
    if (const auto seen = choices_->early_drop_seen()) return drop_as_seen(*seen, wanting);
    const bool at_zero = maker == EntryMaker::netlink && edition_.full_table.netlink_looks_at_zero;
    const auto victims = victims_from(at_zero ? 0 : chains().bucket_of(wanting));
    for (Entry* victim : victims) evict(*victim, &wanting);
    return full_table::is_admitted<Concrete>(count, max, !victims.empty());
}

/// The number of buckets is a setting; when it changes, the chains are built anew.
Chains& Tracker::chains() {
    const std::uint32_t buckets = settings_[Setting::buckets];
    return table_.chains(buckets, [this, buckets](const Tuple& tuple) { return choices_->bucket(tuple, buckets); });
}

bool Tracker::may_be_dropped_early(const Chains::Link& link) {
    if (link.entry != nullptr) return may_go(*link.entry);
    const bool assured = table_.fillers().confirmed_as(link.confirmed_as())->batch->assured;
    return full_table::may_be_dropped_early<Concrete>({.assured = assured, .dying = false});
}

/// The links of a chain whose entries may go, the oldest first. An entry whose tuples share the chain stands there
/// twice.
std::vector<Chains::Link> Tracker::candidates_in(std::uint32_t bucket) {
    std::vector<Chains::Link> out;
    for (const Chains::Link& link : chains().chain(bucket))
        if (may_be_dropped_early(link)) out.push_back(link);
    return out;
}

Entry& Tracker::entry_of(const Chains::Link& link) {
    if (link.entry != nullptr) return *link.entry;
    // A filler that stands in the chain twice has become an entry by its first link.
    if (const auto filler = table_.fillers().confirmed_as(link.confirmed_as())) return table_.summon(*filler);
    return *table_.confirmed_as(link.confirmed_as());
}

/// Those who go, in order: of the first chain, from that bucket on, in which anybody may go.
std::vector<Entry*> Tracker::victims_from(std::uint32_t bucket) {
    const FullTableSwitches& rules = edition_.full_table;
    const std::uint32_t buckets = chains().buckets();
    const std::uint32_t reach = rules.reach == EvictionReach::own_chain ? 1
                                : rules.reach == EvictionReach::buckets ? full_table::eviction_range
                                                                        : buckets;
    std::size_t seen = 0;
    for (std::uint32_t i = 0; i < reach; ++i, bucket = (bucket + 1) % buckets) {
        seen += chains().chain(bucket).size();
        auto candidates = candidates_in(bucket);
        if (!candidates.empty()) {
            if (!rules.takes_whole_chain) candidates.resize(1);
            std::vector<Entry*> out;
            for (auto link = candidates.rbegin(); link != candidates.rend(); ++link) {
                Entry& entry = entry_of(*link);
                if (std::ranges::find(out, &entry) == out.end()) out.push_back(&entry);
            }
            return out;
        }
        if (rules.reach == EvictionReach::until_entries_seen && seen >= full_table::eviction_range) break;
    }
    return {};
}

void Tracker::evict(Entry& victim, const Tuple* wanting) {
    if (watcher_ != nullptr) watcher_->evicted(victim, wanting, now_);
    remove(victim, wanting != nullptr ? Gone::early_drop : Gone::collected);
}

bool Tracker::drop_as_seen(const EarlyDropSeen& seen, const Tuple& wanting) {
    const auto candidate = [&](const Tuple& original) -> Entry* {
        const auto found = table_.find(original);
        return found && found->dir == Direction::original && may_go(*found->entry) ? found->entry : nullptr;
    };
    const auto oldest = [&](bool only_fillers) -> Entry* {
        if (const auto filler = table_.fillers().oldest_not_assured()) return &table_.summon(*filler);
        Entry* out = nullptr;
        if (!only_fillers) table_.each_linked([&](Entry& e) { out = may_go(e) ? &e : out; });
        return out;
    };
    return full_table::drop_as_seen(seen, candidate, oldest, [&](Entry& entry) { evict(entry, &wanting); });
}

// --- fillers -------------------------------------------------------------------------------------------------------

void Tracker::fill(const Fill& fill, Time now) {
    advance(now);
    table_.begin_fill(fill.zone, fill.assured, now_, now_ + seconds(filler::timeout_s));
    bool refused = false;
    for (std::uint32_t i = 0; i < fill.count; ++i) {
        const Tuple original = table_.next_filler();
        const bool taken = table_.find(original) || table_.find(filler::reply_of(original));
        const bool room = !taken && find_room(original, EntryMaker::netlink);
        refused = refused || (!taken && !room);
        table_.add_filler(room);
    }
    if (refused) refuse();
}

void Tracker::note_expired(std::size_t count) {
    expired_lately_ = (expired_at_ == now_ ? expired_lately_ : 0) + count;
    expired_at_ = now_;
}

void Tracker::drop_due_fillers() {
    if (table_.fillers().first_deadline() > now_) return;
    const std::size_t gone = table_.drop_due_fillers(now_);
    fillers_gone_ += gone;
    note_expired(gone);
}

// --- the collector -------------------------------------------------------------------------------------------------

bool Tracker::collector_may_take(const Entry& entry) const {
    const bool closing = (entry.tcp_machine && tcp::is_closing(entry.tcp_machine->state())) ||
                         (entry.sctp_machine && sctp::is_closing(entry.sctp_machine->state()));
    return full_table::collector_may_take<Concrete>(candidate(entry), closing);
}

/// Nobody could be dropped: the collector's next cycle drops early, too.
void Tracker::tell_collector() {
    if (!edition_.full_table.collector || collector_begins_ != never) return;
    const std::int64_t tick = nanoseconds_per_second / edition_.ticks_per_second;
    full_table::CollectorInterval interval(edition_.ticks_per_second);
    // Every entry is met twice, once by each of its tuples.
    const auto met = [&](Time deadline) {
        interval.add((deadline - now_) / tick);
        interval.add((deadline - now_) / tick);
    };
    table_.each_linked([&](const Entry& e) { met(e.deadline); });
    table_.fillers().each([&](const Fillers::Filler& f) { met(f.batch->deadline); });
    if (const auto after = choices_->collector_begins(interval.ticks() * tick)) collector_begins_ = now_ + *after;
}

/// Lets time pass until the collector's cycle, and that happen.
void Tracker::collect_until(Time now) {
    now_ = std::clamp(collector_begins_, now_, now);
    expire();
    collect();
}

/// One cycle that drops early: bucket by bucket, until the count is below the threshold or the worker pauses; when it
/// goes on it has forgotten that it was told.
void Tracker::collect() {
    collector_begins_ = never;
    if (!collector_is_pressed()) return;
    std::uint32_t left = full_table::collected_at_once(edition_.ticks_per_second);
    for (std::uint32_t bucket = 0; bucket < chains().buckets(); ++bucket) {
        const auto links = chains().chain(bucket);
        if (links.empty()) continue;
        const std::vector<Chains::Link> chain(links.rbegin(), links.rend());
        std::vector<std::uint64_t> gone;
        for (const Chains::Link& link : chain) {
            if (!collector_is_pressed() || left == 0) return;
            if (std::ranges::find(gone, link.confirmed_as()) != gone.end()) continue;
            const bool may = link.entry != nullptr ? collector_may_take(*link.entry) : may_be_dropped_early(link);
            if (!may) continue;
            gone.push_back(link.confirmed_as());
            evict(entry_of(link), nullptr);
            --left;
        }
    }
}

/// What the collector was seen to take since `before`, as far as it might.
void Tracker::collect_as_seen(Time before) {
    for (const CollectedSeen& seen : choices_->collected()) {
        const auto found = table_.find(seen.original);
        if (!found || found->dir != Direction::original || !collector_may_take(*found->entry)) continue;
        Entry& entry = *found->entry;
        if (watcher_ != nullptr) watcher_->evicted(entry, nullptr, now_);
        remove(entry, Gone::collected, full_table::time_left_as_seen(seen, entry.deadline, before, now_));
    }
}

}  // namespace conntrack

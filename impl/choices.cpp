// Where somebody else decides what Linux is free in: a check does as the implementation that it holds against, and a
// test as the model.
#include "impl/core.hpp"
#include "spec/full_table.hpp"
#include "spec/seen_evictions.hpp"

#include <algorithm>
#include <cstdlib>

namespace conntrack::fast {

void Core::advance_as_chosen(Time before) {
    if (const Time width = choices_->edge_width(); width != 0)
        expire_within(width);
    else
        expire(std::numeric_limits<std::uint32_t>::max());
    if (collector_is_pressed()) collect_as_seen(before);
}

/// What is within `width` of its deadline may go or stay. What stays beyond its deadline is asked about again at the
/// next moment.
void Core::expire_within(Time width) {
    struct Due {
        Time deadline;
        std::uint32_t armed;
        Handle entry;
        EntryId id;
        auto operator<=>(const Due&) const = default;
    };
    std::vector<Due> all;
    store_.each([&](Handle at) {
        const PackedEntry& e = store_[at];
        if (e.linked() && e.deadline <= now_ + width) all.push_back({e.deadline, e.armed, at, e.id});
    });
    std::ranges::sort(all);
    for (const Due& due : all) {
        if (store_[due.entry].id != due.id) continue;
        const Tuple original = store_.tuple(due.entry, Direction::original);
        bool passed = expired<Concrete>(due.deadline, now_);
        if (std::abs(due.deadline - now_) <= width && !store_[due.entry].has(Trait::filler))
            passed = choices_->passed(Edge::expiry, chooser(due.entry, original), passed);
        if (passed) {
            remove(due.entry, Gone::expired);
            note_expired(1);
        } else if (expired<Concrete>(due.deadline, now_)) {
            timers_.arm(due.entry, now_ + 1);
        }
    }
}

void Core::note_expired(std::size_t count) {
    expired_lately_ = (expired_at_ == now_ ? expired_lately_ : 0) + count;
    expired_at_ = now_;
}

/// linux-6.18 lets what has expired stand until somebody meets it, and counts it until then.
bool Core::expired_fills_it() const {
    if (choices_ == nullptr || !edition_.full_table.collector || expired_at_ != now_) return false;
    const auto with_expired = static_cast<std::uint32_t>(existing() + expired_lately_);
    return full_table::is_full<Concrete>(with_expired, settings_[Setting::max]) && choices_->expired_is_counted();
}

Time Core::judged_age(const PackedEntry& entry, Handle handle, Time age) const {
    const Time edge = seconds(edition_.core.udp_stream_age_s);
    if (edge == 0 || entry.flow_state() != flow::State::replied || std::abs(age - edge) > choices_->edge_width())
        return age;
    const Tuple original = store_.tuple(handle, Direction::original);
    return choices_->passed(Edge::udp_stream_age, chooser(handle, original), age > edge) ? edge + 1 : edge;
}

/// The number of buckets is a setting; when it changes, the chains are built anew.
ChosenChains& Core::chosen_chains() {
    const std::uint32_t buckets = settings_[Setting::buckets];
    if (!chosen_chains_ || chosen_chains_->buckets() != buckets)
        chosen_chains_ = std::make_unique<ChosenChains>(
            store_, buckets, [this, buckets](const Tuple& tuple) { return choices_->bucket(tuple, buckets); });
    return *chosen_chains_;
}

bool Core::may_go(Handle entry) const {
    const PackedEntry& e = store_[entry];
    return full_table::may_be_dropped_early<Concrete>({e.has(Status::assured), e.has(Status::dying)});
}

/// The oldest filler, else the oldest of all, that may go.
std::optional<Handle> Core::oldest_to_go(bool only_fillers) const {
    std::optional<Handle> out;
    const auto is_better = [&](Handle at) {
        if (!out) return true;
        const bool filler = store_[at].has(Trait::filler), other_is = store_[*out].has(Trait::filler);
        if (filler != other_is) return filler;
        return store_.rest(at).confirmed_as < store_.rest(*out).confirmed_as;
    };
    store_.each([&](Handle at) {
        if (!store_[at].linked() || !may_go(at) || (only_fillers && !store_[at].has(Trait::filler))) return;
        if (is_better(at)) out = at;
    });
    return out;
}

bool Core::drop_as_seen(const EarlyDropSeen& seen, const Tuple& wanting) {
    const auto candidate = [&](const Tuple& original) -> std::optional<Handle> {
        const Table::Place found = oldest_with(original);
        if (found.entry == no_entry || found.dir != Direction::original || !may_go(found.entry)) return std::nullopt;
        return found.entry;
    };
    return full_table::drop_as_seen(
        seen, candidate, [&](bool only_fillers) { return oldest_to_go(only_fillers); },
        [&](Handle entry) { evict(entry, &wanting); });
}

/// What the collector was seen to take since `before`, as far as it might.
void Core::collect_as_seen(Time before) {
    for (const CollectedSeen& seen : choices_->collected()) {
        const Table::Place found = oldest_with(seen.original);
        if (found.entry == no_entry || found.dir != Direction::original) continue;
        const PackedEntry& e = store_[found.entry];
        if (!collector_may_take(e)) continue;
        const Time time_left = full_table::time_left_as_seen(seen, e.deadline, before, now_);
        if (watcher_ != nullptr) watcher_->evicted(found.entry, nullptr, now_);
        remove(found.entry, Gone::collected, time_left);
    }
}

}  // namespace conntrack::fast

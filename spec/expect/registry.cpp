#include "spec/expect/registry.hpp"

#include <algorithm>
#include <cassert>

namespace conntrack::expect {

namespace {

bool is_own(const Expectation& a, const Expectation& b) { return a.master == b.master && a.class_ == b.class_; }

}  // namespace

Situation<Concrete> Registry::situation_of(const Expectation& wanted, const helper::Policy& policy,
                                           std::uint32_t most) const {
    Situation<Concrete> out{.identical = false,
                            .identical_is_own = false,
                            .in_the_way = false,
                            .own = 0,
                            .own_most = policy.max_expected,
                            .all = static_cast<std::uint32_t>(list_.size()),
                            .all_most = most,
                            .gives_up_oldest = policy.gives_up_oldest};
    for (const Expectation& other : list_) {
        if (is_own(other, wanted)) ++out.own;
        if (identical<Concrete>(other.wanted(), wanted.wanted())) {
            out.identical = true;
            out.identical_is_own = out.identical_is_own || is_own(other, wanted);
        } else if (clash<Concrete>(other.wanted(), wanted.wanted())) {
            out.in_the_way = true;
        }
    }
    return out;
}

/// Its own one, if there is one.
Registry::List::iterator Registry::find_identical(const Expectation& wanted) {
    const auto is_it = [&](const Expectation& other) { return identical<Concrete>(other.wanted(), wanted.wanted()); };
    const auto own = std::ranges::find_if(list_, [&](const Expectation& e) { return is_it(e) && is_own(e, wanted); });
    return own != list_.end() ? own : std::ranges::find_if(list_, is_it);
}

void Registry::start(Expectation& expectation, const helper::Policy& policy, Time now) const {
    expectation.deadline.reset();
    if (policy.timeout_s != 0 || edition_.expectation.always_times_out)
        expectation.deadline = now + seconds(policy.timeout_s);
}

void Registry::reckon() {
    Time next = never;
    for (const Expectation& e : list_)
        if (e.deadline) next = std::min(next, *e.deadline);
    next_due_.store(next, std::memory_order_release);
    count_.store(list_.size(), std::memory_order_release);
}

Registry::List::iterator Registry::erase(List::iterator at, Time now, Told& told) {
    Known& known = masters_.at(at->master);
    --known.expected;
    if (edition_.expectation.end_is_told && known.master.reports)
        told.push_back({mask_of(EventBit::destroy), *at, now});
    return list_.erase(at);
}

void Registry::evict_oldest_of(const MasterKey& master, std::uint8_t class_, Time now, Told& told) {
    for (auto it = list_.end(); it != list_.begin();) {
        --it;
        if (it->master != master || it->class_ != class_) continue;
        erase(it, now, told);
        return;
    }
}

void Registry::insert(Expectation& expectation, Known& known, Time now, Told& told) {
    expectation.id = ++last_id_;
    list_.push_front(expectation);
    ++known.expected;
    if (known.master.reports) told.push_back({mask_of(EventBit::new_), list_.front(), now});
}

Registry::Result Registry::add(Expectation& expectation, const Master& master, const helper::Policy& policy,
                               std::uint32_t most, Time now, Told& told) {
    const std::lock_guard lock(mutex_);
    assert(expectation.master == master.key);
    expectation.id = 0;
    expectation.master_original = master.original;
    Known& known = masters_[master.key];
    known.master = master;
    const auto way = registration<Concrete>(situation_of(expectation, policy, most), edition_);
    if (way.refreshes) start(*find_identical(expectation), policy, now);
    if (way.replaces) erase(find_identical(expectation), now, told);
    if (way.evicts_oldest) evict_oldest_of(master.key, expectation.class_, now, told);
    if (way.inserted) {
        start(expectation, policy, now);
        insert(expectation, known, now, told);
    }
    reckon();
    return way.accepted ? Result::accepted : way.busy ? Result::busy : Result::too_many;
}

void Registry::remove(std::uint64_t id, Time now, Told& told) {
    const std::lock_guard lock(mutex_);
    const auto it = std::ranges::find(list_, id, &Expectation::id);
    if (it == list_.end()) return;
    erase(it, now, told);
    reckon();
}

std::optional<Born> Registry::claim(const Tuple& first, Time now, Told& told) {
    const std::lock_guard lock(mutex_);
    const auto met = [&](const Expectation& e) {
        const Known& known = masters_.at(e.master);
        return Met<Concrete>{.wanted = e.wanted(),
                             .inactive = (e.flags & inactive_flag) != 0,
                             .permanent = (e.flags & permanent_flag) != 0,
                             .master_confirmed = known.master.confirmed,
                             .master_dying = known.deleted,
                             .master_mark = known.master.mark};
    };
    const TupleKey<Concrete> key = key_of(first);
    const auto found =
        std::ranges::find_if(list_, [&](const Expectation& e) { return is_about<Concrete>(met(e), key, edition_); });
    if (found == list_.end()) return std::nullopt;
    const auto birth = expect::birth<Concrete>(met(*found), key, edition_);
    if (!birth.expected) return std::nullopt;
    Known& known = masters_.at(found->master);
    ++known.children;
    Born out{*found, birth.mark, known.master.original, known.master.reply};
    if (birth.consumes) erase(found, now, told);
    reckon();
    return out;
}

// --- masters -------------------------------------------------------------------------------------------------------

void Registry::confirmed(const MasterKey& master) {
    const std::lock_guard lock(mutex_);
    if (const auto it = masters_.find(master); it != masters_.end()) it->second.master.confirmed = true;
}

void Registry::marked(const MasterKey& master, std::uint32_t mark) {
    const std::lock_guard lock(mutex_);
    if (const auto it = masters_.find(master); it != masters_.end()) it->second.master.mark = mark;
}

std::size_t Registry::deleted(const MasterKey& master, Time now, Told& told) {
    const std::lock_guard lock(mutex_);
    const auto known = masters_.find(master);
    if (known == masters_.end()) return 0;
    for (auto it = list_.begin(); it != list_.end();) it = it->master == master ? erase(it, now, told) : std::next(it);
    const std::size_t children = known->second.children;
    known->second.deleted = true;
    if (children == 0 || !edition_.expectation.child_keeps_master) masters_.erase(known);
    reckon();
    return children;
}

bool Registry::child_freed(const MasterKey& master, std::uint32_t tracker) {
    const std::lock_guard lock(mutex_);
    const auto known = masters_.find(master);
    if (known == masters_.end()) return false;
    assert(known->second.children > 0);
    if (--known->second.children != 0 || !known->second.deleted) return false;
    masters_.erase(known);
    if (master.tracker == tracker) return true;
    orphans_.push_back(master);
    orphan_count_.store(orphans_.size(), std::memory_order_release);
    return false;
}

std::vector<MasterKey> Registry::take_orphans(std::uint32_t tracker) {
    const std::lock_guard lock(mutex_);
    std::vector<MasterKey> mine;
    std::erase_if(orphans_, [&](const MasterKey& key) {
        if (key.tracker == tracker) mine.push_back(key);
        return key.tracker == tracker;
    });
    orphan_count_.store(orphans_.size(), std::memory_order_release);
    return mine;
}

std::size_t Registry::children_of(const MasterKey& master) const {
    const std::lock_guard lock(mutex_);
    const auto it = masters_.find(master);
    return it == masters_.end() ? 0 : it->second.children;
}

std::size_t Registry::expected_of(const MasterKey& master) const {
    const std::lock_guard lock(mutex_);
    const auto it = masters_.find(master);
    return it == masters_.end() ? 0 : it->second.expected;
}

bool Registry::knows(const MasterKey& master) const {
    const std::lock_guard lock(mutex_);
    return masters_.contains(master);
}

// --- from outside --------------------------------------------------------------------------------------------------

void Registry::advance(Time now, Told& told) {
    if (!may_be_due(now)) return;
    const std::lock_guard lock(mutex_);
    for (auto it = list_.begin(); it != list_.end();)
        it = it->deadline && *it->deadline <= now ? erase(it, now, told) : std::next(it);
    reckon();
}

void Registry::flush(Time now, Told& told) {
    const std::lock_guard lock(mutex_);
    for (auto it = list_.begin(); it != list_.end();) it = erase(it, now, told);
    reckon();
}

void Registry::each(const std::function<void(const Expectation&)>& visit) const {
    const std::lock_guard lock(mutex_);
    for (const Expectation& e : list_) visit(e);
}

}  // namespace conntrack::expect

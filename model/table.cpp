#include "model/table.hpp"

#include "spec/timer.hpp"

#include <algorithm>
#include <cassert>

namespace conntrack {

Entry& Table::create() { return create(next_id_++); }

Entry& Table::create(EntryId id) {
    auto entry = std::make_unique<Entry>();
    entry->id = id;
    Entry& made = *entry;
    entries_.emplace(id, std::move(entry));
    return made;
}

void Table::free(Entry& entry) {
    assert(entry.life.state() == LifeMachine::State::freed && !entry.filing.filed);
    entries_.erase(entry.id);
}

Table::ShortKey Table::short_key(const Tuple& t) {
    return {t.src.low << 32 | static_cast<std::uint64_t>(t.src_part) << 16 | t.dst_part,
            t.dst.low << 32 | static_cast<std::uint64_t>(t.proto) << 16 | t.zone};
}

Table::Recent& Table::recent(const ShortKey& key) const {
    constexpr std::uint64_t odd = 0x9e37'79b9'7f4a'7c15;  // spreads neighbouring keys
    const std::uint64_t mixed = (key.source_and_ports ^ key.rest * odd) * odd;
    return recent_[mixed >> 32 & (recent_.size() - 1)];
}

std::optional<Table::Found> Table::find(const Tuple& tuple) const {
    if (!fillers_.empty()) summon_if_filler(tuple);
    if (tuple.family == Family::ipv4) {
        const ShortKey key = short_key(tuple);
        Recent* seen = recent_.empty() ? nullptr : &recent(key);
        if (seen != nullptr && seen->found.entry != nullptr && seen->key == key) return seen->found;
        const auto it = by_ipv4_tuple_.find(key);
        if (it == by_ipv4_tuple_.end()) return std::nullopt;
        if (seen != nullptr) *seen = {key, it->second};
        return it->second;
    }
    const auto it = by_ipv6_tuple_.find(tuple);
    return it == by_ipv6_tuple_.end() ? std::nullopt : std::optional(it->second);
}

std::optional<Table::Found> Table::find(const Tuple& tuple, const Zone& zone) const {
    const auto agrees = [&](const Found& f) { return f.entry->zone.of(f.dir) == zone.of(f.dir); };
    const auto first = find(tuple);
    if (also_.empty() || !first) return first && agrees(*first) ? first : std::nullopt;
    std::optional<Found> newest;  // it stands at the head of the kernel's chain
    const auto consider = [&](const Found& f) {
        if (agrees(f) && (!newest || f.entry->confirmed_as > newest->entry->confirmed_as)) newest = f;
    };
    consider(*first);
    const auto [begin, end] = also_.equal_range(tuple);
    std::for_each(begin, end, [&](const auto& other) { consider(other.second); });
    return newest;
}

bool Table::links(const Entry& entry, Direction dir) const {
    const Tuple& tuple = entry.tuple(dir);
    const auto first = find(tuple);
    if (first && first->entry == &entry) return true;
    const auto [begin, end] = also_.equal_range(tuple);
    return std::any_of(begin, end, [&](const auto& other) { return other.second.entry == &entry; });
}

void Table::link_tuple(const Tuple& tuple, const Found& found) {
    if (chains_) chains_->add(tuple, chain_position(found.entry->confirmed_as, found.dir), found.entry);
    insert_tuple(tuple, found);
}

void Table::insert_tuple(const Tuple& tuple, const Found& found) {
    if (const auto holder = find(tuple); holder && holder->entry != found.entry) {
        also_.emplace(tuple, found);
        return;
    }
    replace_tuple(tuple, found);
}

void Table::replace_tuple(const Tuple& tuple, const Found& found) {
    if (tuple.family == Family::ipv6) {
        by_ipv6_tuple_[tuple] = found;
        return;
    }
    const ShortKey key = short_key(tuple);
    by_ipv4_tuple_[key] = found;
    if (by_ipv4_tuple_.size() > recent_.size()) recent_.assign(std::max<std::size_t>(64, 4 * recent_.size()), {});
    recent(key) = {};  // it may hold what the map held before
}

void Table::unlink_tuple(const Tuple& tuple, const Entry& entry) {
    std::erase_if(also_, [&](const auto& other) { return other.second.entry == &entry && other.first == tuple; });
    const auto found = find(tuple);
    if (!found || found->entry != &entry) return;
    if (const auto heir = also_.find(tuple); heir != also_.end()) {
        replace_tuple(tuple, heir->second);
        also_.erase(heir);
        return;
    }
    if (tuple.family == Family::ipv6) {
        by_ipv6_tuple_.erase(tuple);
        return;
    }
    by_ipv4_tuple_.erase(short_key(tuple));
    recent(short_key(tuple)) = {};
}

Entry* Table::by_id(EntryId id) const {
    const auto it = entries_.find(id);
    return it == entries_.end() ? nullptr : it->second.get();
}

void Table::link(Entry& entry) {
    entry.confirmed_as = next_confirmation_++;
    link_tuple(entry.original, {&entry, Direction::original});
    link_reply(entry);
}

void Table::link_reply(Entry& entry) {
    if (entry.confirmed_as == 0) entry.confirmed_as = next_confirmation_++;
    link_tuple(entry.reply, {&entry, Direction::reply});
    by_confirmation_.emplace_hint(by_confirmation_.end(), entry.confirmed_as, &entry);
    ++linked_;
}

void Table::unlink(Entry& entry) {
    unlink_tuple(entry.original, entry);
    unlink_tuple(entry.reply, entry);
    unlink_from_chains(entry);
    by_confirmation_.erase(entry.confirmed_as);
    if (entry.filing.filed) timers_.erase({entry.filing.at, entry.filing.order});
    entry.filing.filed = false;
    assert(linked_ > 0);
    --linked_;
}

void Table::arm(Entry& entry, Time deadline) {
    Filing& f = entry.filing;
    entry.deadline = deadline;
    f.armed = next_arming_++;
    if (f.filed && f.at <= deadline) return;
    if (f.filed) timers_.erase({f.at, f.order});
    f.filed = true;
    f.at = deadline;
    f.order = f.armed;
    timers_.emplace(TimerKey{f.at, f.order}, &entry);
}

Entry* Table::first_due(Time limit) {
    while (!timers_.empty()) {
        const auto first = timers_.begin();
        if (!expired<Concrete>(first->first.first, limit)) return nullptr;
        Entry& entry = *first->second;
        Filing& f = entry.filing;
        if (f.at == entry.deadline && f.order == f.armed) return &entry;
        auto node = timers_.extract(first);
        f.at = entry.deadline;
        f.order = f.armed;
        node.key() = {f.at, f.order};
        timers_.insert(std::move(node));
    }
    return nullptr;
}

}  // namespace conntrack

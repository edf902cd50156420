// What of the table serves its maximum: chains and fillers.
#include "model/table.hpp"

#include <cassert>

namespace conntrack {

Chains& Table::chains(std::uint32_t buckets, const Chains::BucketOf& bucket_of) {
    if (chains_ && chains_->buckets() == buckets) return *chains_;
    chains_ = std::make_unique<Chains>(buckets, bucket_of);
    const auto add = [&](const auto& by_tuple) {
        for (const auto& [key, found] : by_tuple) {
            const Entry& e = *found.entry;
            chains_->add(e.tuple(found.dir), chain_position(e.confirmed_as, found.dir), found.entry);
            // An entry whose tuples are one stands there twice; the map knows the reply alone.
            if (e.original == e.reply)
                chains_->add(e.original, chain_position(e.confirmed_as, Direction::original), found.entry);
        }
    };
    add(by_ipv4_tuple_);
    add(by_ipv6_tuple_);
    add(also_);
    fillers_.each([&](const Fillers::Filler& f) {
        chains_->add(f.original(), chain_position(f.confirmed_as(), Direction::original), nullptr);
        chains_->add(f.reply(), chain_position(f.confirmed_as(), Direction::reply), nullptr);
    });
    return *chains_;
}

void Table::unlink_from_chains(const Entry& entry) {
    if (!chains_) return;
    for (const Direction dir : {Direction::original, Direction::reply})
        chains_->remove(entry.tuple(dir), chain_position(entry.confirmed_as, dir));
}

Entry* Table::confirmed_as(std::uint64_t number) const {
    const auto it = by_confirmation_.find(number);
    return it == by_confirmation_.end() ? nullptr : it->second;
}

void Table::begin_fill(std::uint16_t zone, bool assured, Time since, Time deadline) {
    fillers_.begin(zone, assured, since, deadline, next_confirmation_);
}

Tuple Table::next_filler() const { return fillers_.next(); }

void Table::add_filler(bool made) {
    const Fillers::Filler filler = fillers_.add(made);
    assert(filler.confirmed_as() == next_confirmation_ && "nothing else is confirmed while a batch is filled in");
    ++next_confirmation_;
    if (!made || !chains_) return;
    chains_->add(filler.original(), chain_position(filler.confirmed_as(), Direction::original), nullptr);
    chains_->add(filler.reply(), chain_position(filler.confirmed_as(), Direction::reply), nullptr);
}

Entry& Table::summon(const Fillers::Filler& filler) {
    Entry& entry = create(next_filler_id_++);
    entry.filler = true;
    entry.zone.id = filler.batch->zone;
    entry.original = filler.original();
    entry.reply = filler.reply();
    entry.tracker = L4Tracker::udp;
    entry.tracked_since = filler.batch->since;
    entry.confirmed_as = filler.confirmed_as();
    entry.status.set(Status::confirmed);
    if (filler.batch->assured) {
        entry.flow.restore(FlowMachine::State::assured);
        entry.status.set(Status::seen_reply);
        entry.status.set(Status::assured);
    }
    entry.life.confirm();
    entry.life.release();
    const Time deadline = filler.batch->deadline;
    fillers_.remove(filler);
    if (chains_) {
        for (const Direction dir : {Direction::original, Direction::reply})
            chains_->give(entry.tuple(dir), chain_position(entry.confirmed_as, dir), entry);
    }
    insert_tuple(entry.original, {&entry, Direction::original});
    insert_tuple(entry.reply, {&entry, Direction::reply});
    by_confirmation_.emplace(entry.confirmed_as, &entry);
    ++linked_;
    arm(entry, deadline);
    return entry;
}

/// A filler is an entry of the table that is kept in fewer words: to spell it out changes nothing that can be seen.
void Table::summon_if_filler(const Tuple& tuple) const {
    auto& self = const_cast<Table&>(*this);  // tables are never constant objects
    if (const auto filler = self.fillers_.find(tuple)) self.summon(*filler);
}

std::size_t Table::drop_due_fillers(Time now) {
    const std::size_t gone = fillers_.drop_due(now);
    if (gone != 0) chains_.reset();  // cheaper to build again
    return gone;
}

std::size_t Table::drop_all_fillers() {
    const std::size_t gone = fillers_.size();
    if (gone != 0) chains_.reset();
    fillers_.clear();
    return gone;
}

}  // namespace conntrack

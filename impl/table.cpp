#include "impl/table.hpp"

namespace conntrack::fast {

Table::Table(const HashKey& key, std::uint32_t most_of_a_family, std::recursive_mutex* shared)
    : key_(key),
      shared_(shared),
      store_(most_of_a_family),
      index_(std::size_t{most_of_a_family} * 4),
      timers_(store_) {}

void Table::link(Handle entry) {
    const auto lock = guard();
    const Tuple original = store_.tuple(entry, Direction::original);
    if (original == store_.tuple(entry, Direction::reply)) store_[entry].set(Trait::self_paired);
    index_.insert(tag_of(original), {entry, Direction::original, store_[entry].has(Status::assured)});
    link_reply(entry);
    store_[entry].traits &= static_cast<std::uint16_t>(~static_cast<unsigned>(Trait::reply_only));
}

void Table::link_reply(Handle entry) {
    const auto lock = guard();
    PackedEntry& e = store_[entry];
    store_.rest(entry).confirmed_as = next_confirmation_++;
    index_.insert(tag_of(store_.tuple(entry, Direction::reply)), {entry, Direction::reply, e.has(Status::assured)});
    e.set(Trait::reply_only);
    ++linked_;
    if (e.is_partly_zoned()) ++partly_zoned_;
}

void Table::unlink(Handle entry) {
    const auto lock = guard();
    const PackedEntry& e = store_[entry];
    if (!e.has(Trait::reply_only))
        index_.remove(tag_of(store_.tuple(entry, Direction::original)), entry, Direction::original);
    index_.remove(tag_of(store_.tuple(entry, Direction::reply)), entry, Direction::reply);
    timers_.forget(entry);
    assert(linked_ > 0);
    if (e.is_partly_zoned()) --partly_zoned_;
    --linked_;
}

void Table::assure(Handle entry) {
    const auto lock = guard();
    if (!store_[entry].has(Trait::reply_only))
        index_.assure(tag_of(store_.tuple(entry, Direction::original)), entry, Direction::original);
    index_.assure(tag_of(store_.tuple(entry, Direction::reply)), entry, Direction::reply);
}

}  // namespace conntrack::fast

#include "model/fillers.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace conntrack {

Tuple Fillers::original_of(const Batch& batch, std::size_t index) {
    return filler::original(batch.first + static_cast<std::uint32_t>(index), batch.zone);
}

Fillers::Batch& Fillers::begin(std::uint16_t zone, bool assured, Time since, Time deadline,
                               std::uint64_t confirmed_as) {
    std::uint32_t first = filler::first_number;
    for (const auto& [number, batch] : batches_)
        if (batch.zone == zone) first = std::max(first, batch.first + static_cast<std::uint32_t>(batch.here.size()));
    return batches_.insert_or_assign(confirmed_as, Batch{first, zone, assured, since, deadline, confirmed_as})
        .first->second;
}

Tuple Fillers::next() const {
    assert(!batches_.empty());
    const Batch& youngest = batches_.rbegin()->second;
    return original_of(youngest, youngest.here.size());
}

Fillers::Filler Fillers::add(bool made) {
    assert(!batches_.empty());
    Batch& youngest = batches_.rbegin()->second;
    youngest.here.push_back(made);
    youngest.alive += made ? 1 : 0;
    alive_ += made ? 1 : 0;
    return {&youngest, youngest.here.size() - 1};
}

void Fillers::remove(const Filler& filler) {
    assert(filler.batch->here[filler.index]);
    filler.batch->here[filler.index] = false;
    --filler.batch->alive;
    --alive_;
}

void Fillers::clear() {
    batches_.clear();
    alive_ = 0;
}

Time Fillers::first_deadline() const {
    Time first = std::numeric_limits<Time>::max();
    for (const auto& [number, batch] : batches_)
        if (batch.alive != 0) first = std::min(first, batch.deadline);
    return first;
}

std::size_t Fillers::drop_due(Time now) {
    std::size_t gone = 0;
    for (auto& [number, batch] : batches_) {
        if (batch.deadline > now) continue;
        gone += std::exchange(batch.alive, 0);
        batch.here.assign(batch.here.size(), false);
    }
    alive_ -= gone;
    return gone;
}

std::optional<Fillers::Filler> Fillers::find(const Tuple& tuple) {
    const bool forth = tuple.dst == filler::server;
    const Address& client = forth ? tuple.src : tuple.dst;
    if (client.high != 0 || client.low >> 24 != filler::network >> 24) return std::nullopt;
    const auto number = static_cast<std::uint32_t>(client.low & filler::last_number);
    for (auto& [confirmed, batch] : batches_) {
        if (number < batch.first || number - batch.first >= batch.here.size()) continue;
        const Filler filler{&batch, number - batch.first};
        if (batch.here[filler.index] && tuple == (forth ? filler.original() : filler.reply())) return filler;
    }
    return std::nullopt;
}

std::optional<Fillers::Filler> Fillers::confirmed_as(std::uint64_t number) {
    auto it = batches_.upper_bound(number);
    if (it == batches_.begin()) return std::nullopt;
    Batch& batch = std::prev(it)->second;
    const std::uint64_t index = number - batch.confirmed_as;
    if (index >= batch.here.size() || !batch.here[index]) return std::nullopt;
    return Filler{&batch, index};
}

std::optional<Fillers::Filler> Fillers::oldest_not_assured() {
    for (auto& [number, batch] : batches_) {
        if (batch.assured || batch.alive == 0) continue;
        while (!batch.here[batch.first_here]) ++batch.first_here;
        return Filler{&batch, batch.first_here};
    }
    return std::nullopt;
}

}  // namespace conntrack

#include "model/nat/nat.hpp"

#include "spec/tuple_of.hpp"

#include <cassert>
#include <utility>

namespace conntrack {

namespace {

Status binding_bit(nat::Manip manip) { return manip == nat::Manip::src ? Status::src_nat : Status::dst_nat; }
Status done_bit(nat::Manip manip) { return manip == nat::Manip::src ? Status::src_nat_done : Status::dst_nat_done; }

}  // namespace

bool Nat::decided(const Entry& entry, nat::Manip manip) { return entry.nat != nullptr && entry.nat->decided(manip); }

NatState& Nat::meet(Entry& entry) {
    if (entry.nat == nullptr) entry.nat = std::make_unique<NatState>();
    return *entry.nat;
}

/// The tuple of the answer, in the zone of the direction it is meant for.
Tuple Nat::inverse_of(const Tuple& tuple, const Entry& entry, Direction dir) const {
    const auto answer = inverse(tuple, edition_, modules_);
    assert(answer && "the tuples of an entry can be inverted");
    return in_zone(*answer, entry.zone, dir);
}

bool Nat::bind(Entry& entry, Hook hook, const NatRange& range, BindingOrigin origin) {
    const nat::Manip manip = nat::manip_at(hook);
    assert(!decided(entry, manip) && entry.life.state() != LifeMachine::State::confirmed);
    NatState& state = meet(entry);
    const Tuple current = inverse_of(entry.reply, entry, Direction::original);
    Search search{entry, manip, hook, range};
    const auto chosen = unique_tuple(current, search);
    if (!chosen) return false;

    if (edition_.nat.keeps_records) keep(entry, hook, manip, current, *chosen);
    if (*chosen != current) {
        entry.reply = inverse_of(*chosen, entry, Direction::reply);
        if (!edition_.nat.keeps_records) entry.status.set(binding_bit(manip));
    }
    const bool first = !state.decided(nat::Manip::src) && !state.decided(nat::Manip::dst);
    const bool listed = edition_.nat.lists_at_source_binding ? manip == nat::Manip::src : first || edition_.nat.relists;
    if (listed) by_source_.add(entry);
    state.done[static_cast<std::size_t>(manip)] = true;
    if (!edition_.nat.keeps_records) entry.status.set(done_bit(manip));
    origin.first_choice = search.chose_first;
    state.origin[static_cast<std::size_t>(manip)] = std::move(origin);
    return true;
}

bool Nat::bind_nothing(Entry& entry, Hook hook, Time now) {
    NatRange range;
    range.map_ips = true;
    range.min = range.max = nat::manip_at(hook) == nat::Manip::src ? entry.reply.dst : entry.reply.src;
    return bind(entry, hook, range, {.rule = {}, .line = 0, .when = now});
}

/// What linux-2.6.9 notes of a binding: one record for each direction whose packets change.
void Nat::keep(Entry& entry, Hook hook, nat::Manip, const Tuple& before, const Tuple& after) const {
    using nat::Manip;
    std::vector<NatRecord>& records = entry.nat->records;
    const Tuple reply = inverse_of(after, entry, Direction::reply);
    const Tuple unchanged_reply = inverse_of(entry.original, entry, Direction::reply);
    if (after.src != before.src || after.src_part != before.src_part) {
        records.push_back({Direction::original, hook, Manip::src, after.src, after.src_part});
        records.push_back({Direction::reply, nat::opposite(hook), Manip::dst, before.src, before.src_part});
    }
    if (after.dst != before.dst || after.dst_part != before.dst_part) {
        records.push_back({Direction::original, hook, Manip::dst, reply.src, reply.src_part});
        records.push_back(
            {Direction::reply, nat::opposite(hook), Manip::src, unchanged_reply.src, unchanged_reply.src_part});
    }
}

void Nat::unload(Entry& entry) {
    if (entry.nat == nullptr) return;
    by_source_.remove(entry);
    *entry.nat = {};
    for (const Status bit : {Status::src_nat, Status::dst_nat, Status::src_nat_done, Status::dst_nat_done})
        entry.status.clear(bit);
}

void Nat::each_masqueraded(const std::string& interface, const std::function<void(Entry&)>& visit) const {
    std::vector<Entry*> bound;
    by_source_.each([&](Entry& entry) {
        if (entry.nat->masquerades_at == interface) bound.push_back(&entry);
    });
    for (Entry* entry : bound) visit(*entry);
}

}  // namespace conntrack

#include "model/nat/nat.hpp"

#include "spec/nat/binding.hpp"
#include "spec/nat/choice.hpp"
#include "spec/tuple_of.hpp"

#include <cassert>
#include <utility>

namespace conntrack {

namespace {

Status binding_bit(nat::Manip manip) { return manip == nat::Manip::src ? Status::src_nat : Status::dst_nat; }
Status done_bit(nat::Manip manip) { return manip == nat::Manip::src ? Status::src_nat_done : Status::dst_nat_done; }

/// What has been decided of an entry, as rules see it.
nat::Binding<Concrete> binding_of(const Entry& entry) {
    using nat::Manip;
    return {ends_of(entry.reply),
            {entry.has(binding_bit(Manip::src)), Nat::decided(entry, Manip::src)},
            {entry.has(binding_bit(Manip::dst)), Nat::decided(entry, Manip::dst)}};
}

void put_marks(Entry& entry, const nat::Binding<Concrete>& binding, bool shown_in_status) {
    for (const nat::Manip manip : {nat::Manip::src, nat::Manip::dst}) {
        const auto& end = nat::decision(binding, manip);
        entry.nat->done[static_cast<std::size_t>(manip)] = end.done;
        if (!shown_in_status) continue;
        end.bound ? entry.status.set(binding_bit(manip)) : entry.status.clear(binding_bit(manip));
        end.done ? entry.status.set(done_bit(manip)) : entry.status.clear(done_bit(manip));
    }
}

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

    const bool icmp = current.is_icmp();
    assert(nat::may_be_chosen<Concrete>(manip, ends_of(current), ends_of(*chosen), icmp, edition_));

    if (edition_.nat.keeps_records) keep(entry, hook, current, *chosen);
    const bool first = !state.decided(nat::Manip::src) && !state.decided(nat::Manip::dst);
    const bool listed = edition_.nat.lists_at_source_binding ? manip == nat::Manip::src : first || edition_.nat.relists;
    if (listed) by_source_.add(entry);
    const auto after =
        nat::decided<Concrete>(binding_of(entry), manip, ends_of(current), ends_of(*chosen), icmp, edition_);
    entry.reply = with_ends(entry.reply, after.reply, icmp);
    put_marks(entry, after, !edition_.nat.keeps_records);
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
void Nat::keep(Entry& entry, Hook hook, const Tuple& before, const Tuple& after) const {
    const Tuple answer = inverse_of(entry.original, entry, Direction::reply);
    for (const auto& r :
         nat::records_of<Concrete>(hook, ends_of(before), ends_of(after), ends_of(answer), before.is_icmp()))
        if (r.kept)
            entry.nat->records.push_back({r.dir, r.hook, r.manip, r.to.address, static_cast<std::uint16_t>(r.to.part)});
}

void Nat::unload(Entry& entry) {
    if (entry.nat == nullptr) return;
    by_source_.remove(entry);
    *entry.nat = {};
    put_marks(entry, nat::unloaded<Concrete>(binding_of(entry)), true);
}

void Nat::each_masqueraded(const std::string& interface, const std::function<void(Entry&)>& visit) const {
    std::vector<Entry*> bound;
    by_source_.each([&](Entry& entry) {
        if (entry.nat->masquerades_at == interface) bound.push_back(&entry);
    });
    for (Entry* entry : bound) visit(*entry);
}

}  // namespace conntrack

#include "impl/nat.hpp"

#include "impl/core.hpp"
#include "spec/nat/apply.hpp"
#include "spec/nat/translation.hpp"

#include <algorithm>
#include <array>

namespace conntrack::fast {

namespace {

Status binding_bit(nat::Manip manip) { return manip == nat::Manip::src ? Status::src_nat : Status::dst_nat; }
Status done_bit(nat::Manip manip) { return manip == nat::Manip::src ? Status::src_nat_done : Status::dst_nat_done; }

}  // namespace

Nat::Nat(Core& core, const HashKey& key, std::uint32_t most_of_a_family)
    : core_(core),
      store_(core.store_),
      edition_(core.edition_),
      by_source_(store_, key, most_of_a_family),
      search_(edition_, core.options_.modules, *this),
      random_(key) {}

std::uint16_t Nat::RandomStarts::search_start(const Chooser&, nat::Manip, std::uint32_t, std::uint32_t) {
    state_ += odd_;  // a Weyl sequence, mixed as SplitMix64 does
    std::uint64_t z = state_;
    z = (z ^ z >> 30) * 0xbf58'476d'1ce4'e5b9;
    z = (z ^ z >> 27) * 0x94d0'49bb'1331'11eb;
    return static_cast<std::uint16_t>(z >> 40);
}

nat::Seen Nat::seen(Handle entry) const {
    const PackedEntry& e = store_[entry];
    const bool tcp = e.l4() == L4Tracker::tcp;
    return {.place = {.number = entry},
            .id = e.id,
            .original = store_.tuple(entry, Direction::original),
            .reply = store_.tuple(entry, Direction::reply),
            .zone = e.whole_zone(),
            .status = StatusSet(e.status),
            .tracker = e.l4(),
            .tcp_state = tcp ? e.tcp_now() : tcp::State::none,
            .tcp_end = tcp ? unpack(e.tcp).original.td_end : 0};
}

void Nat::meet(Handle entry) {
    PackedEntry& e = store_[entry];
    if (e.has(Trait::met_by_nat)) return;
    store_.new_nat(entry);
    e.set(Trait::met_by_nat);
}

void Nat::put_marks(Handle entry, const nat::Binding<Concrete>& binding, bool shown) {
    for (const nat::Manip manip : {nat::Manip::src, nat::Manip::dst}) {
        const auto& end = nat::decision(binding, manip);
        store_.nat(entry).done[static_cast<std::size_t>(manip)] = end.done;
        if (!shown) continue;
        PackedEntry& e = store_[entry];
        end.bound ? e.set(binding_bit(manip)) : e.clear(binding_bit(manip));
        end.done ? e.set(done_bit(manip)) : e.clear(done_bit(manip));
    }
}

bool Nat::bind(Handle entry, Hook hook, const NatRange& range, const BindingNote& note) {
    assert(!store_[entry].linked());
    meet(entry);
    PackedNat& nat = store_.nat(entry);
    const auto made = nat::decide(search_, seen(entry), nat.done, hook, range, edition_);
    if (!made) return false;
    uncount(entry);
    if (made->lists) by_source_.add(entry);
    store_.set_tuple(entry, Direction::reply, made->reply);
    count(entry);
    put_marks(entry, made->binding, made->marks_shown);
    for (std::size_t i = 0; i < made->record_count; ++i) {
        assert(nat.record_count < PackedNat::most_records);
        nat.records[nat.record_count++] = pack(made->records[i]);
    }
    if (note.masquerades_at) {
        nat.masquerades = true;
        nat.masquerades_at = *note.masquerades_at;
    }
    nat.origins[static_cast<std::size_t>(nat::manip_at(hook))] = {note.when, note.rule, true, made->first_choice,
                                                                  made->none_free};
    return true;
}

void Nat::forget(Handle entry) {
    uncount(entry);
    by_source_.remove(entry);
}

void Nat::unload(Handle entry) {
    if (!notes(entry)) return;
    forget(entry);
    store_.nat(entry) = {};
    put_marks(entry, nat::unloaded<Concrete>({ends_of(store_.tuple(entry, Direction::reply)), {}, {}}), true);
}

// --- packets -------------------------------------------------------------------------------------------------------

template <class Apply>
bool Nat::apply(Handle entry, Direction dir, Apply apply_to) const {
    const PackedEntry& e = store_[entry];
    std::array<NatRecord, PackedNat::most_records> records;
    std::size_t count = 0;
    bool decided_both = false;
    if (notes(entry)) {
        const PackedNat& nat = store_.nat(entry);
        decided_both = nat.decided(nat::Manip::src) && nat.decided(nat::Manip::dst);
        for (; count < nat.record_count; ++count) records[count] = unpack(nat.records[count]);
    }
    return apply_to(nat::Applied{.dir = dir,
                                 .others = store_.tuple(entry, other(dir)),
                                 .tracker = e.l4(),
                                 .src_nat = e.has(Status::src_nat),
                                 .dst_nat = e.has(Status::dst_nat),
                                 .decided_both = decided_both,
                                 .records = {records.data(), count}});
}

bool Nat::translate(Handle entry, Direction dir, Hook hook, std::span<std::uint8_t> bytes) const {
    const PackedEntry& e = store_[entry];
    // Most packets are not translated at this hook, and their entry's first line says so.
    if (!edition_.nat.keeps_records &&
        !nat::is_translated<Concrete>(nat::manip_at(hook), dir, e.has(Status::src_nat), e.has(Status::dst_nat)))
        return true;
    if (!e.has(Trait::met_by_nat)) return true;
    return apply(entry, dir, [&](const nat::Applied& flow) { return nat::translate(flow, hook, bytes, edition_); });
}

bool Nat::translate_error(Handle entry, Direction dir, Hook hook, std::span<std::uint8_t> bytes) const {
    return apply(entry, dir,
                 [&](const nat::Applied& flow) { return nat::translate_error(flow, hook, bytes, edition_); });
}

// --- what the search sees ------------------------------------------------------------------------------------------

std::optional<nat::Table::Holder> Nat::holder(const Tuple& tuple, const Zone& zone) const {
    const auto found = core_.find_in_zone(lookup_key_of(tuple), zone);
    if (found.entry != no_entry) return Holder{seen(found.entry), found.dir};
    Crossings* others = core_.options_.crossings;
    if (others == nullptr || !others->is_taken_elsewhere(tuple, core_.options_.shard)) return std::nullopt;
    nat::Seen somebody;
    somebody.place.number = no_entry;
    return Holder{somebody, Direction::original};
}

void Nat::evict(nat::Place place) { core_.remove(place.number, Gone::nat_search); }

void Nat::each_with_source(const Tuple& tuple, const std::function<bool(const nat::Seen&)>& visit) const {
    for (Handle at = by_source_.newest(tuple); at != no_entry; at = store_.nat(at).older)
        if (visit(seen(at))) return;
}

Choices& Nat::choices() { return core_.choices_ != nullptr ? *core_.choices_ : random_; }

// --- linux-2.6.9: the address that the fewest share ------------------------------------------------------------------

void Nat::count(Handle entry) {
    if (edition_.nat.least_used_address && by_source_.lists(entry))
        ++users_[sides_of(store_.tuple(entry, Direction::reply))];
}

void Nat::uncount(Handle entry) {
    if (!edition_.nat.least_used_address || !by_source_.lists(entry)) return;
    const auto it = users_.find(sides_of(store_.tuple(entry, Direction::reply)));
    assert(it != users_.end());
    if (--it->second == 0) users_.erase(it);
}

std::uint32_t Nat::listed_with_reply(const Tuple& reply, nat::Place self) const {
    const Sides wanted = sides_of(reply);
    const auto it = users_.find(wanted);
    std::uint32_t users = it == users_.end() ? 0 : it->second;
    const auto own = self.number;
    if (by_source_.lists(own) && sides_of(store_.tuple(own, Direction::reply)) == wanted) --users;
    return users;
}

// --- what the tracker offers -----------------------------------------------------------------------------------------

void Core::end_masqueraded(std::uint32_t interface, const std::function<bool(const Entry&)>& is_forgotten) {
    std::vector<std::pair<EntryId, Handle>> bound;
    store_.each([&](Handle at) {
        const PackedEntry& e = store_[at];
        if (!e.has(Trait::listed_by_source)) return;
        const PackedNat& nat = store_.nat(at);
        if (nat.masquerades && nat.masquerades_at == interface) bound.emplace_back(e.id, at);
    });
    std::ranges::sort(bound);
    for (const auto& [id, at] : bound)
        if (store_[at].id == id && is_forgotten(entry(at))) remove(at, Gone::interface);
}

/// Entries that packets hold outside the table keep their bindings, but those that the edition lists (clean_nat()).
void Core::forget_bindings() {
    store_.each([&](Handle at) {
        const PackedEntry& e = store_[at];
        const bool listed = e.life() == life::State::unconfirmed && edition_.core.lists_unconfirmed;
        e.linked() || listed ? nat_.unload(at) : nat_.forget(at);
    });
}

}  // namespace conntrack::fast

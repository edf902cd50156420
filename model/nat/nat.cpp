#include "model/nat/nat.hpp"

#include "model/mutation.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace conntrack {

namespace {

Status binding_bit(nat::Manip manip) { return manip == nat::Manip::src ? Status::src_nat : Status::dst_nat; }
Status done_bit(nat::Manip manip) { return manip == nat::Manip::src ? Status::src_nat_done : Status::dst_nat_done; }

nat::Place place_of(const Entry& entry) { return {.pointer = const_cast<Entry*>(&entry)}; }

nat::Seen seen(const Entry& e) {
    return {.place = place_of(e),
            .id = e.id,
            .original = e.original,
            .reply = e.reply,
            .zone = e.zone,
            .status = e.status,
            .tracker = e.tracker,
            .tcp_state = e.tcp_machine != nullptr ? e.tcp_machine->state() : tcp::State::none,
            .tcp_end = e.tcp.original.td_end};
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

nat::Applied applied(const Entry& entry, Direction dir) {
    return {.dir = dir,
            .others = entry.tuple(other(dir)),
            .tracker = entry.tracker,
            .src_nat = entry.has(Status::src_nat),
            .dst_nat = entry.has(Status::dst_nat),
            .decided_both = Nat::decided(entry, nat::Manip::src) && Nat::decided(entry, nat::Manip::dst),
            .records =
                entry.nat != nullptr ? std::span<const NatRecord>(entry.nat->records) : std::span<const NatRecord>{}};
}

}  // namespace

bool Nat::decided(const Entry& entry, nat::Manip manip) { return entry.nat != nullptr && entry.nat->decided(manip); }

NatState& Nat::meet(Entry& entry) {
    if (entry.nat == nullptr) entry.nat = std::make_unique<NatState>();
    return *entry.nat;
}

bool Nat::bind(Entry& entry, Hook hook, const NatRange& range, BindingOrigin origin) {
    assert(entry.life.state() != LifeMachine::State::confirmed);
    NatState& state = meet(entry);
    const auto made = nat::decide(search_, seen(entry), state.done, hook, range, edition_);
    if (!made) return false;
    if (made->lists) by_source_.add(entry);
    entry.reply = made->reply;
    put_marks(entry, made->binding, made->marks_shown);
    const auto* records = made->records.begin();
    state.records.insert(state.records.end(), records, records + made->record_count);
    origin.first_choice = made->first_choice;
    origin.none_free = made->none_free;
    state.origin[static_cast<std::size_t>(nat::manip_at(hook))] = std::move(origin);
    return true;
}

bool Nat::bind_nothing(Entry& entry, Hook hook, Time now) {
    if (mutation::keeps_taken_ports()) return true;
    return bind(entry, hook, nat::null_range(entry.reply, hook), {.rule = {}, .line = 0, .when = now});
}

void Nat::unload(Entry& entry) {
    if (entry.nat == nullptr) return;
    by_source_.remove(entry);
    *entry.nat = {};
    put_marks(entry, nat::unloaded<Concrete>({ends_of(entry.reply), {}, {}}), true);
}

bool Nat::translate(const Entry& entry, Direction dir, Hook hook, std::span<std::uint8_t> bytes) const {
    return entry.nat == nullptr || nat::translate(applied(entry, dir), hook, bytes, edition_);
}

bool Nat::translate_error(const Entry& entry, Direction dir, Hook hook, std::span<std::uint8_t> bytes) const {
    return nat::translate_error(applied(entry, dir), hook, bytes, edition_);
}

void Nat::each_masqueraded(const std::string& interface, const std::function<void(Entry&)>& visit) const {
    std::vector<Entry*> bound;
    by_source_.each([&](Entry& entry) {
        if (entry.nat->masquerades_at == interface) bound.push_back(&entry);
    });
    std::ranges::sort(bound, {}, &Entry::id);
    for (Entry* entry : bound) visit(*entry);
}

// --- what the search sees ------------------------------------------------------------------------------------------

std::optional<nat::Table::Holder> Nat::holder(const Tuple& tuple, const Zone& zone) const {
    const auto found = host_.holder(tuple, zone);
    if (!found) return std::nullopt;
    return Holder{seen(*found->first), found->second};
}

void Nat::evict(nat::Place place) { host_.evict(*static_cast<Entry*>(place.pointer)); }

void Nat::each_with_source(const Tuple& tuple, const std::function<bool(const nat::Seen&)>& visit) const {
    by_source_.any_of(tuple, [&](const Entry& entry) { return visit(seen(entry)); });
}

std::uint32_t Nat::listed_with_reply(const Tuple& reply, nat::Place self) const {
    std::uint32_t count = 0;
    by_source_.each([&](const Entry& e) {
        if (place_of(e) != self && e.reply.src == reply.src && e.reply.dst == reply.dst && e.reply.proto == reply.proto)
            ++count;
    });
    return count;
}

}  // namespace conntrack

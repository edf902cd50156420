// What can be seen of a fast tracker from outside: entries spelled out, listings, and the shape of its memory.
#include "impl/core.hpp"
#include "spec/timer.hpp"

#include <algorithm>

namespace conntrack::fast {

Entry Core::entry(Handle handle) const {
    const PackedEntry& e = store_[handle];
    const PackedRest& rest = store_.rest(handle);
    Entry out;
    out.id = e.id;
    out.original = store_.tuple(handle, Direction::original);
    out.reply = store_.tuple(handle, Direction::reply);
    out.zone = e.whole_zone();
    out.status = StatusSet(e.status);
    out.tracker = e.l4();
    out.accounted = e.has(Trait::accounted);
    out.reports = e.has(Trait::reports);
    out.filler = e.has(Trait::filler);
    out.mark = rest.mark;
    if (out.accounted) out.counters = store_.counters(handle);
    out.confirmed_as = rest.confirmed_as;
    out.pending = e.pending;
    out.life = e.life();
    out.references = e.references;
    if (e.has(Trait::extended)) add_extension(out, handle);
    out.flow = e.flow_state();
    // Before it is confirmed an entry has no deadline, but the timeout that it will have.
    if (rest.confirmed_as != 0)
        out.deadline = e.deadline;
    else
        out.stored_timeout = static_cast<std::uint32_t>(e.deadline);
    if (out.tracker == L4Tracker::tcp) {
        out.tcp_state = e.tcp_now();
        out.tcp = unpack(e.tcp);
    } else if (out.tracker == L4Tracker::sctp) {
        out.sctp_state = e.sctp_now();
        out.sctp = e.sctp;
    } else if (e.has(Trait::counts_icmp)) {
        out.icmp_count = e.flow.icmp_count;
    }
    if (out.tracker != L4Tracker::tcp && out.tracker != L4Tracker::sctp) {
        out.tracked_since = e.flow.tracked_since;
        out.gre_timeouts = e.flow.gre_timeouts;
    }
    out.armed = e.armed;
    if (e.has(Trait::met_by_nat)) out.nat = nat_notes(handle);
    return out;
}

/// One reference stands for all children.
void Core::add_extension(Entry& out, Handle handle) const {
    const expect::Extension& extension = extensions_.at(handle);
    out.extension = extension;
    const bool forgotten =
        extension.master && !edition_.expectation.child_keeps_master && !expectations_.knows(extension.master->key);
    if (forgotten) out.extension->master.reset();
    if (!store_[handle].has(Trait::has_kin)) return;
    out.references += static_cast<std::uint32_t>(expectations_.children_of(key_of_master(handle))) - 1;
}

NatNotes Core::nat_notes(Handle handle) const {
    const PackedNat& nat = store_.nat(handle);
    NatNotes out;
    out.done = nat.done;
    for (std::size_t i = 0; i < nat.origins.size(); ++i) {
        const PackedOrigin& origin = nat.origins[i];
        if (origin.there)
            out.origin[i] = BindingOrigin{origin.rule, origin.when, origin.first_choice, origin.none_free};
    }
    for (std::size_t i = 0; i < nat.record_count; ++i) out.records.push_back(unpack(nat.records[i]));
    if (nat.masquerades) out.masquerades_at = nat.masquerades_at;
    return out;
}

std::optional<Found> Core::find(const Tuple& tuple) const {
    const Table::Place found = oldest_with(tuple);
    if (found.entry == no_entry) return std::nullopt;
    return Found{entry(found.entry), found.dir};
}

void Core::each_listed(const std::function<void(const Entry&)>& visit) const {
    each_linked([&](const Entry& entry) {
        if (!entry.has(Status::nat_clash)) visit(entry);
    });
}

void Core::each_linked(const std::function<void(const Entry&)>& visit) const {
    std::vector<std::pair<std::uint64_t, Handle>> listed;
    store_.each([&](Handle handle) {
        const PackedEntry& e = store_[handle];
        if (e.linked() && !e.has(Trait::filler) && !is_overdue(e))
            listed.emplace_back(store_.rest(handle).confirmed_as, handle);
    });
    std::ranges::sort(listed, std::ranges::greater{});
    for (const auto& [number, handle] : listed) visit(entry(handle));
}

void Core::each_in_limbo(const std::function<void(const Entry&)>& visit) const {
    std::vector<std::pair<EntryId, Handle>> limbo;
    store_.each([&](Handle handle) {
        if (!store_[handle].linked()) limbo.emplace_back(store_[handle].id, handle);
    });
    std::ranges::sort(limbo);
    for (const auto& [id, handle] : limbo) visit(entry(handle));
}

Shape Core::shape() const {
    const Index::Chains chains = table_.index().chains();
    return {.entries = existing(),
            .bytes = table_.bytes() + nat_.bytes(),
            .buckets = table_.index().buckets(),
            .longest_chain = chains.longest,
            .overflowing = chains.overflowing};
}

}  // namespace conntrack::fast

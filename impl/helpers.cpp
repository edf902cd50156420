// Expected connections and their masters in the fast tracker, and its helpers. All of it stands apart from the entries,
// and is looked at where an entry says so, or is new while something is expected.
// Sources: init_conntrack(), destroy_conntrack(), ip_conntrack_alter_reply() and their later kin; nf_confirm().
#include "impl/core.hpp"
#include "impl/lives.hpp"
#include "spec/expect/follow.hpp"
#include "spec/helper/consult.hpp"

namespace conntrack::fast {

void Core::tell(const expect::Registry::Told& told) {
    if (expectation_observers_.empty()) return;
    for (const expect::Notice& notice : told) expectation_observers_.notify(notice);
}

/// A new entry: was it announced? Else somebody may have to look into it for what it will announce.
void Core::meet_expectation(Handle entry, const Template& from) {
    if (!expectations_.empty()) {
        Tuple first = store_.tuple(entry, Direction::original);
        first.zone = store_[entry].zone;
        expect::Registry::Told told;
        const auto born = expectations_.claim(first, now_, told);
        tell(told);
        if (born) return adopt(entry, *born);
    }
    const auto [helper, shown] =
        helper::assigned(edition_, *helpers_, from.helper, store_.tuple(entry, Direction::reply));
    serve(entry, helper);
    if (shown) store_[entry].set(Status::helper);
}

void Core::serve(Handle entry, const helper::Helper* helper) {
    if (helper == nullptr && !store_[entry].has(Trait::extended)) return;
    extended(entry).helper = helper;
}

void Core::adopt(Handle child, const expect::Born& born) {
    expect::Extension& extension = extended(child);
    extension.master = expect::MasterOf{born.expectation.master, born.master_original};
    extension.helper = born.expectation.assigns;
    store_[child].set(Status::expected);
    store_.rest(child).mark = born.mark;
    if (!born.expectation.follow) return;
    for (const auto& binding : expect::bindings_of(born))
        nat_.bind(child, binding.hook, binding.range, {.rule = 0, .when = now_});
}

/// NAT has changed the reply tuple, by which linux-2.6.x finds the helper.
void Core::choose_helper_again(Handle entry, const Tuple& reply_before) {
    const Tuple reply = store_.tuple(entry, Direction::reply);
    if (reply == reply_before) return;
    const auto it = extensions_.find(entry);
    const bool is_kin =
        it != extensions_.end() && (it->second.master || expectations_.expected_of(key_of_master(entry)) != 0);
    if (!is_kin) serve(entry, helpers_->serving(reply));
}

/// Shows the packet to the helper of its connection, if it has one.
helper::Consulted Core::consult_helper(Flight flight, std::span<const std::uint8_t> bytes,
                                       std::vector<std::uint8_t>* packet) {
    const Handle entry = flight.entry;
    PackedEntry& e = store_[entry];
    expect::Extension& extension = extensions_.at(entry);
    if (extension.helper == nullptr) return {};
    Choices lowest;
    const helper::Consultation about{.edition = edition_,
                                     .registry = expectations_,
                                     .choices = choices_ != nullptr ? *choices_ : lowest,
                                     .master = {.key = key_of_master(entry),
                                                .original = store_.tuple(entry, Direction::original),
                                                .reply = store_.tuple(entry, Direction::reply),
                                                .confirmed = e.has(Status::confirmed),
                                                .reports = e.has(Trait::reports),
                                                .mark = store_.rest(entry).mark},
                                     .status = StatusSet(e.status),
                                     .zone = e.zone,
                                     .info = *flight.verdict.info,
                                     .dir = *flight.verdict.dir,
                                     .expect_max = settings_[Setting::expect_max],
                                     .now = now_};
    expect::Registry::Told told;
    const auto consulted = helper::consult(about, extension, bytes, packet, told);
    tell(told);
    if (extension.is_master && e.linked()) hold_for_kin(entry);
    if (consulted.lengthened) {
        e.set(Status::seq_adjust);
        if (edition_.helper.adjustment_is_told) note(e, EventBit::seqadj);
    }
    return consulted;
}

/// The confirm hook: the helper, and what NAT has shifted. False: the packet is dropped. `packet`: null: it cannot be
/// rewritten.
bool Core::pass_helper(Flight flight, std::span<const std::uint8_t> bytes, std::vector<std::uint8_t>* packet) {
    if (helper::passes_helpers_by(flight.verdict)) return true;
    helper::Consulted consulted;
    const bool shifted_before = store_[flight.entry].has(Status::seq_adjust);
    if (!edition_.helper.looks_when_tracked) consulted = consult_helper(flight, bytes, packet);
    const expect::Extension& extension = extensions_.at(flight.entry);
    const bool shifts = helper::shifts_numbers(edition_, extension.helper != nullptr, shifted_before,
                                               store_[flight.entry].has(Status::seq_adjust));
    const auto dropped_by =
        packet == nullptr ? consulted.dropped_by
                          : helper::complete(*packet, consulted, shifts, extension, *flight.verdict.dir, edition_);
    if (dropped_by) flight.verdict.clause = *dropped_by;
    return !dropped_by;
}

std::uint32_t Core::ack_shift(Handle entry, Direction dir, std::uint32_t ack) const {
    const auto& shifts = extensions_.at(entry).shifts;
    return expect::shift_in_window<Concrete>(shifts[static_cast<std::size_t>(other(dir))], ack);
}

// --- the life of masters --------------------------------------------------------------------------------------------

/// From when it is in the table and has announced something, until nobody is left whom it did.
void Core::hold_for_kin(Handle master) {
    PackedEntry& e = store_[master];
    if (e.has(Trait::has_kin)) return;
    lives::hold(e);
    e.set(Trait::has_kin);
    masters_.emplace(e.id, master);
}

void Core::release_for_kin(Handle master) {
    PackedEntry& e = store_[master];
    masters_.erase(e.id);
    e.clear(Trait::has_kin);
    lives::release(e);
}

/// A master leaves the table, or is freed: what it announced is expected no more.
void Core::end_announced(Handle master) {
    expect::Extension& extension = extensions_.at(master);
    if (!extension.is_master) return;
    extension.is_master = false;
    expect::Registry::Told told;
    const std::size_t children = expectations_.deleted(key_of_master(master), now_, told);
    tell(told);
    const bool stays = children != 0 && edition_.expectation.child_keeps_master;
    if (!stays && store_[master].has(Trait::has_kin)) release_for_kin(master);
}

/// The entry is freed.
void Core::leave_kin(Handle entry) {
    end_announced(entry);
    const auto master = extensions_.at(entry).master;
    extensions_.erase(entry);
    if (!master || !expectations_.child_freed(master->key, options_.shard)) return;
    const Handle orphan = masters_.at(master->key.id);
    release_for_kin(orphan);
    free_if_freed(orphan);
}

void Core::release_orphans() {
    for (const expect::MasterKey& key : expectations_.take_orphans(options_.shard)) {
        const Handle orphan = masters_.at(key.id);
        release_for_kin(orphan);
        free_if_freed(orphan);
    }
}

void Core::expire_expectations() {
    expect::Registry::Told told;
    expectations_.advance(now_, told);
    tell(told);
}

void Core::flush_expectations(Time now) {
    advance(now);
    expect::Registry::Told told;
    expectations_.flush(now_, told);
    tell(told);
}

}  // namespace conntrack::fast

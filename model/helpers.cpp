// Expected connections and their masters, and the helpers that look into packets.
// Sources: init_conntrack(), destroy_conntrack(), ip_conntrack_alter_reply() and their later kin; nf_confirm().
#include "model/tracker.hpp"
#include "spec/expect/follow.hpp"
#include "spec/helper/consult.hpp"

#include <cassert>

namespace conntrack {

namespace {

expect::Extension& extended(Entry& entry) {
    if (entry.extension == nullptr) entry.extension = std::make_unique<expect::Extension>();
    return *entry.extension;
}

}  // namespace

void Tracker::tell(const expect::Registry::Told& told) {
    if (expectation_observers_.empty()) return;
    for (const expect::Notice& notice : told) expectation_observers_.notify(notice);
}

/// A new entry: was it announced? Else somebody may have to look into it for what it will announce.
void Tracker::meet_expectation(Entry& entry, const Template& from) {
    if (!expectations_.empty()) {
        Tuple first = entry.original;
        first.zone = entry.zone.id;
        expect::Registry::Told told;
        const auto born = expectations_.claim(first, now_, told);
        tell(told);
        if (born) return adopt(entry, *born);
    }
    const auto [helper, shown] = helper::assigned(edition_, *helpers_, from.helper, entry.reply);
    serve(entry, helper);
    if (shown) entry.status.set(Status::helper);
}

void Tracker::serve(Entry& entry, const helper::Helper* helper) {
    if (helper == nullptr && entry.extension == nullptr) return;
    extended(entry).helper = helper;
}

void Tracker::adopt(Entry& child, const expect::Born& born) {
    expect::Extension& extension = extended(child);
    extension.master = expect::MasterOf{born.expectation.master, born.master_original};
    extension.helper = born.expectation.assigns;
    child.status.set(Status::expected);
    child.mark = born.mark;
    Entry* master = table_.by_id(born.expectation.master.id);
    assert(master != nullptr && "a master lives as long as it may have children");
    master->life.hold();
    if (!born.expectation.follow) return;
    for (const auto& binding : expect::bindings_of(born))
        nat_.bind(child, binding.hook, binding.range, {.rule = {}, .line = 0, .when = now_});
}

/// NAT has changed the reply tuple, by which linux-2.6.x finds the helper.
void Tracker::choose_helper_again(Entry& entry, const Tuple& reply_before) {
    if (!edition_.helper.serves_its_port || entry.reply == reply_before) return;
    const bool is_kin =
        entry.extension != nullptr && (entry.extension->master || expectations_.expected_of(key_of_master(entry)) != 0);
    if (!is_kin) serve(entry, helpers_->serving(entry.reply));
}

/// Shows the packet to the helper of its connection, if it has one.
helper::Consulted Tracker::consult_helper(InFlight& flight, std::span<const std::uint8_t> bytes,
                                          std::vector<std::uint8_t>* packet) {
    Entry& entry = *flight.entry_;
    if (entry.extension == nullptr || entry.extension->helper == nullptr) return {};
    const helper::Consultation about{.edition = edition_,
                                     .registry = expectations_,
                                     .choices = *choices_,
                                     .master = {.key = key_of_master(entry),
                                                .original = entry.original,
                                                .reply = entry.reply,
                                                .confirmed = entry.has(Status::confirmed),
                                                .reports = entry.reports,
                                                .mark = entry.mark},
                                     .status = entry.status,
                                     .zone = entry.zone.id,
                                     .info = *flight.verdict_.info,
                                     .dir = *flight.verdict_.dir,
                                     .expect_max = settings_[Setting::expect_max],
                                     .now = now_};
    expect::Registry::Told told;
    const auto consulted = helper::consult(about, *entry.extension, bytes, packet, told);
    tell(told);
    if (consulted.lengthened) {
        entry.status.set(Status::seq_adjust);
        if (edition_.helper.adjustment_is_told) note(entry, EventBit::seqadj);
    }
    return consulted;
}

/// The confirm hook: the helper, and what NAT has shifted. False: the packet is dropped.
bool Tracker::pass_helper(InFlight& flight, std::vector<std::uint8_t>& packet) {
    Entry& entry = *flight.entry_;
    if (entry.extension == nullptr || helper::passes_helpers_by(flight.verdict_)) return true;
    helper::Consulted consulted;
    const bool shifted_before = entry.has(Status::seq_adjust);
    if (!edition_.helper.looks_when_tracked) consulted = consult_helper(flight, packet, &packet);
    const bool has_helper = entry.extension->helper != nullptr;
    const bool shifts = helper::shifts_numbers(edition_, has_helper, shifted_before, entry.has(Status::seq_adjust));
    const auto dropped_by =
        helper::complete(packet, consulted, shifts, *entry.extension, *flight.verdict_.dir, edition_);
    if (dropped_by) flight.verdict_.clause = *dropped_by;
    return !dropped_by;
}

/// A master leaves the table, or is freed: what it announced is expected no more.
void Tracker::end_announced(Entry& master) {
    if (!master.extension->is_master) return;
    master.extension->is_master = false;
    const expect::MasterKey key = key_of_master(master);
    expect::Registry::Told told;
    const std::size_t children = expectations_.deleted(key, now_, told);
    tell(told);
    if (edition_.expectation.child_keeps_master || children == 0) return;
    const auto forget = [&](Entry& e) {
        if (e.extension != nullptr && e.extension->master && e.extension->master->key == key)
            e.extension->master.reset();
    };
    table_.each_linked(forget);
    table_.each_in_limbo(forget);
    for (std::size_t i = 0; i < children; ++i) master.life.release();
}

/// A child is freed.
void Tracker::leave_master(Entry& child) {
    if (!child.extension->master) return;
    const expect::MasterKey key = child.extension->master->key;
    child.extension->master.reset();
    expectations_.child_freed(key, key.tracker);
    Entry* master = table_.by_id(key.id);
    assert(master != nullptr && "a master lives as long as its children keep it");
    master->life.release();
    drop_reference(*master);
}

void Tracker::flush_expectations(Time now) {
    advance(now);
    expect::Registry::Told told;
    expectations_.flush(now_, told);
    tell(told);
}

}  // namespace conntrack

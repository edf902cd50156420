#include "oracle/trackers/fast_tracking.hpp"

#include <algorithm>
#include <cassert>

namespace conntrack::oracle {

FastTracking::FastTracking(EditionId edition, const Modules& modules, bool later_notifier)
    : FastTracking(fast::make_tracker(edition, {.modules = modules, .later_notifier = later_notifier})) {}

FastTracking::FastTracking(std::unique_ptr<fast::Tracker> tracker) : fast_(std::move(tracker)) {
    number_of(Rule{});  // number 0: no rule
    fast_->choose_by(first_);
    fast_->watch_by(this);
    fast_->observers().add(every_event, [this](const fast::Notice& notice) {
        Entry entry;
        spell_out(entry, notice.entry);
        observers_.notify({notice.mask, entry, notice.now, notice.time_left});
    });
    fast_->expectation_observers().add(every_event,
                                       [this](const expect::Notice& notice) { expectation_observers_.notify(notice); });
}

FastTracking::~FastTracking() = default;

// --- entries in the model's form -------------------------------------------------------------------------------------

void FastTracking::spell_out(Entry& out, const fast::Entry& e) const {
    out.id = e.id;
    out.original = e.original;
    out.reply = e.reply;
    out.zone = e.zone;
    out.status = e.status;
    out.tracker = e.tracker;
    out.accounted = e.accounted;
    out.reports = e.reports;
    out.filler = e.filler;
    out.mark = e.mark;
    out.counters = e.counters;
    out.tracked_since = e.tracked_since;
    out.deadline = e.deadline;
    out.stored_timeout = e.stored_timeout;
    out.confirmed_as = e.confirmed_as;
    out.filing.armed = e.armed;
    out.pending = e.pending;
    out.life.restore(e.life, e.references);
    out.flow.restore(e.flow);
    if (e.tracker == L4Tracker::tcp) {
        if (out.tcp_machine == nullptr) out.tcp_machine = make_tcp_machine(edition().id);
        out.tcp_machine->restore(e.tcp_state);
        out.tcp = e.tcp;
    }
    if (e.tracker == L4Tracker::sctp) {
        if (out.sctp_machine == nullptr) out.sctp_machine = make_sctp_machine(edition().id);
        out.sctp_machine->restore(e.sctp_state);
        out.sctp = e.sctp;
    }
    out.gre_timeouts = e.gre_timeouts;
    if (e.tracker == L4Tracker::icmp && edition().core.counts_icmp) {
        if (out.icmp_machine == nullptr) out.icmp_machine = make_icmp_count_machine();
        out.icmp_count = e.icmp_count;
    }
    out.extension = e.extension ? std::make_unique<expect::Extension>(*e.extension) : nullptr;
    if (!e.nat) return out.nat.reset();
    out.nat = std::make_unique<NatState>();
    out.nat->done = e.nat->done;
    out.nat->records = e.nat->records;
    for (std::size_t i = 0; i < out.nat->origin.size(); ++i) {
        if (!e.nat->origin[i]) continue;
        const auto& [text, line] = rules_[e.nat->origin[i]->rule];
        out.nat->origin[i] = BindingOrigin{text, line, e.nat->origin[i]->when, e.nat->origin[i]->first_choice,
                                           e.nat->origin[i]->none_free};
    }
    if (e.nat->masquerades_at) out.nat->masquerades_at = interfaces_[*e.nat->masquerades_at];
}

void FastTracking::show(const Visit& visit, const fast::Entry& entry) const {
    Entry out;
    spell_out(out, entry);
    visit(out);
}

/// Few packets are in flight at once.
fast::Handle FastTracking::handle_of(const InFlight& packet) const {
    const auto it =
        std::ranges::find_if(carried_, [&](const auto& carried) { return &carried.second.entry == packet.entry(); });
    assert(it != carried_.end());
    return it->first;
}

/// The packet carries that entry from now on.
void FastTracking::put(InFlight& packet, const Verdict& verdict, fast::Handle entry) {
    verdict_in(packet) = verdict;
    entry_in(packet) = nullptr;
    if (entry == fast::no_entry) return;
    Carried& carried = carried_[entry];
    ++carried.packets;
    entry_in(packet) = &carried.entry;
}

void FastTracking::drop(fast::Handle entry) {
    const auto it = carried_.find(entry);
    assert(it != carried_.end());
    if (--it->second.packets == 0) carried_.erase(it);
}

void FastTracking::refresh() {
    for (auto& [handle, carried] : carried_) spell_out(carried.entry, fast_->entry(handle));
}

std::uint32_t FastTracking::number_of(Rule rule) {
    const auto next = static_cast<std::uint32_t>(rules_.size());
    const auto [it, is_new] = rule_numbers_.emplace(rule, next);
    if (is_new) rules_.push_back(std::move(rule));
    return it->second;
}

std::uint32_t FastTracking::number_of(const std::string& interface) {
    const auto next = static_cast<std::uint32_t>(interfaces_.size());
    const auto [it, is_new] = interface_numbers_.emplace(interface, next);
    if (is_new) interfaces_.push_back(interface);
    return it->second;
}

// --- packets -------------------------------------------------------------------------------------------------------

InFlight FastTracking::begin(const Packet& packet, Time now, Trace*, const Template& from) {
    fast_->advance(now);
    fast::InFlight flight = fast_->begin(packet, now, from);
    InFlight out;
    const Verdict verdict = flight.verdict();
    put(out, verdict, flight.let_go());
    refresh();
    return out;
}

InFlight FastTracking::attach_answer(const InFlight& about) {
    fast::InFlight shown = fast::InFlight::of(about.verdict(), handle_of(about));
    fast::InFlight answer = fast_->attach_answer(shown);
    static_cast<void>(shown.let_go());
    InFlight out;
    const Verdict verdict = answer.verdict();
    put(out, verdict, answer.let_go());
    refresh();
    return out;
}

bool FastTracking::confirm(InFlight& packet, Time now, std::vector<std::uint8_t>* bytes) {
    fast_->advance(now);
    const fast::Handle before = packet.entry() != nullptr ? handle_of(packet) : fast::no_entry;
    fast::InFlight flight = fast::InFlight::of(packet.verdict(), before);
    const bool leaves = fast_->confirm(flight, now, bytes);
    const Verdict verdict = flight.verdict();
    put(packet, verdict, flight.let_go());
    if (before != fast::no_entry) drop(before);
    refresh();
    return leaves;
}

void FastTracking::release(InFlight packet) {
    if (packet.entry() == nullptr) return;
    const fast::Handle entry = handle_of(packet);
    fast::InFlight flight = fast::InFlight::of(packet.verdict(), entry);
    entry_in(packet) = nullptr;
    drop(entry);
    fast_->release(std::move(flight));
    refresh();
}

void FastTracking::set_mark(const InFlight& packet, std::uint32_t mark) {
    fast_->set_mark(handle_of(packet), mark);
    refresh();
}

void FastTracking::end_by(const InFlight& packet, const Packet& header) {
    fast_->end_by(handle_of(packet), *packet.verdict().dir, header.length);
    refresh();
}

void FastTracking::close(const InFlight& packet) {
    fast_->close(handle_of(packet));
    refresh();
}

// --- NAT -----------------------------------------------------------------------------------------------------------

void FastTracking::meet(const InFlight& packet) {
    fast_->meet(handle_of(packet));
    refresh();
}

bool FastTracking::bind(const InFlight& packet, Hook hook, const NatRange& range, BindingOrigin origin,
                        const std::optional<std::string>& masquerades_at) {
    fast::BindingNote note{.rule = number_of(Rule{std::move(origin.rule), origin.line}), .when = origin.when};
    if (masquerades_at) note.masquerades_at = number_of(*masquerades_at);
    const bool bound = fast_->bind(handle_of(packet), hook, range, note);
    refresh();
    return bound;
}

bool FastTracking::bind_nothing(const InFlight& packet, Hook hook, Time now) {
    const bool bound = fast_->bind_nothing(handle_of(packet), hook, now);
    refresh();
    return bound;
}

bool FastTracking::translate(const InFlight& packet, Hook hook, std::span<std::uint8_t> bytes) {
    return fast_->translate(handle_of(packet), *packet.verdict().dir, hook, bytes);
}

bool FastTracking::translate_error(const InFlight& packet, Hook hook, std::span<std::uint8_t> bytes) {
    return fast_->translate_error(handle_of(packet), *packet.verdict().dir, hook, bytes);
}

void FastTracking::end_masqueraded(const std::string& interface,
                                   const std::function<bool(const Entry&)>& is_forgotten) {
    fast_->end_masqueraded(number_of(interface), [&](const fast::Entry& e) {
        Entry entry;
        spell_out(entry, e);
        return is_forgotten(entry);
    });
    refresh();
}

void FastTracking::forget_bindings() {
    fast_->forget_bindings();
    refresh();
}

// --- from outside --------------------------------------------------------------------------------------------------

void FastTracking::advance(Time now) {
    fast_->advance(now);
    refresh();
}

void FastTracking::flush(Time now) {
    fast_->flush(now);
    refresh();
}

bool FastTracking::erase(const Tuple& tuple, Time now) {
    const bool erased = fast_->erase(tuple, now);
    refresh();
    return erased;
}

void FastTracking::flush_expectations(Time now) {
    fast_->flush_expectations(now);
    refresh();
}

bool FastTracking::import(const Imported& entry, Time now) { return fast_->import(entry, now); }

void FastTracking::fill(const Fill& fill, Time now) {
    fast_->fill(fill, now);
    refresh();
}

std::vector<std::string> FastTracking::take_log() {
    return {static_cast<std::size_t>(fast_->take_refusals()), std::string(edition().full_table.message)};
}

const Entry* FastTracking::entry_with(const Tuple& tuple) const {
    const auto found = fast_->find(tuple);
    if (!found) return nullptr;
    shown_ = std::make_unique<Entry>();
    spell_out(*shown_, found->entry);
    return shown_.get();
}

void FastTracking::each_linked(const Visit& visit) const {
    fast_->each_linked([&](const fast::Entry& entry) { show(visit, entry); });
}

void FastTracking::each_listed(const Visit& visit) const {
    fast_->each_listed([&](const fast::Entry& entry) { show(visit, entry); });
}

void FastTracking::each_in_limbo(const Visit& visit) const {
    fast_->each_in_limbo([&](const fast::Entry& entry) { show(visit, entry); });
}

void FastTracking::confirmed(fast::Handle entry, Time now) {
    if (watcher_ != nullptr) show([&](const Entry& e) { watcher_->confirmed(e, now); }, fast_->entry(entry));
}

void FastTracking::deleted(fast::Handle entry, Time now, Gone why) {
    if (watcher_ != nullptr) show([&](const Entry& e) { watcher_->deleted(e, now, why); }, fast_->entry(entry));
}

void FastTracking::evicted(fast::Handle entry, const Tuple* wanting, Time now) {
    if (watcher_ != nullptr) show([&](const Entry& e) { watcher_->evicted(e, wanting, now); }, fast_->entry(entry));
}

}  // namespace conntrack::oracle

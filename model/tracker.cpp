#include "model/tracker.hpp"

#include "model/mutation.hpp"
#include "spec/announcement.hpp"
#include "spec/header_checks.hpp"
#include "spec/icmp_judgement.hpp"
#include "spec/tcp/segment_of.hpp"
#include "spec/timer.hpp"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <utility>

namespace conntrack {

Tracker::Tracker(const Edition& edition, Options options)
    : edition_(edition),
      options_(std::move(options)),
      settings_(edition),
      nat_(edition, options_.modules, *this),
      helpers_(options_.helpers ? options_.helpers : std::make_shared<const helper::HelperSet>(options_.modules)),
      expectations_(edition) {
    configure(Setting::max, settings_[Setting::max]);
}

Tracker::~Tracker() = default;

const NoticeSwitches& Tracker::notice_rules() const {
    return options_.later_notifier && !edition_.notice.notifier ? linux_2_6_32.notice : edition_.notice;
}

void Tracker::configure(Setting setting, std::uint32_t value) {
    settings_.set(setting, value);
    tcp_settings_ = tcp::read_settings(settings_);
    sctp_timeouts_ = sctp::read_timeouts(settings_);
    collector_threshold_ = edition_.full_table.collector ? full_table::collector_threshold(settings_[Setting::max]) : 0;
}

// --- references and events -----------------------------------------------------------------------------------------

void Tracker::attach(InFlight& flight, Entry& entry, Direction dir, CtInfo info) {
    assert(flight.entry_ == nullptr);
    flight.entry_ = &entry;
    flight.verdict_.entry = entry.id;
    flight.verdict_.dir = dir;
    flight.verdict_.info = info;
}

void Tracker::detach(InFlight& flight) {
    if (Entry* entry = std::exchange(flight.entry_, nullptr)) {
        entry->life.release();
        drop_reference(*entry);
    }
    flight.verdict_.entry = 0;
    flight.verdict_.dir.reset();
    flight.verdict_.info.reset();
}

void Tracker::drop_reference(Entry& entry) {
    if (entry.life.state() != LifeMachine::State::freed) return;
    nat_.forget(entry);
    if (entry.extension != nullptr) {
        end_announced(entry);
        leave_master(entry);
    }
    table_.free(entry);
}

std::optional<std::pair<Entry*, Direction>> Tracker::holder(const Tuple& tuple, const Zone& zone) const {
    const auto found = table_.find(tuple, zone);
    return found ? std::optional(std::pair(found->entry, found->dir)) : std::nullopt;
}

bool Tracker::bind(const InFlight& packet, Hook hook, const NatRange& range, BindingOrigin origin,
                   const std::optional<std::string>& masquerades_at) {
    Entry& entry = *packet.entry_;
    if (masquerades_at) Nat::meet(entry).masquerades_at = masquerades_at;
    const Tuple before = entry.reply;
    const bool bound = nat_.bind(entry, hook, range, std::move(origin));
    choose_helper_again(entry, before);
    return bound;
}

bool Tracker::bind_nothing(const InFlight& packet, Hook hook, Time now) {
    Entry& entry = *packet.entry_;
    const Tuple before = entry.reply;
    const bool bound = nat_.bind_nothing(entry, hook, now);
    choose_helper_again(entry, before);
    return bound;
}

void Tracker::end_masqueraded(const std::string& interface, const std::function<bool(const Entry&)>& is_forgotten) {
    nat_.each_masqueraded(interface, [&](Entry& entry) {
        if (is_forgotten(entry)) remove(entry, Gone::interface);
    });
}

void Tracker::forget_bindings() {
    table_.each_linked([this](Entry& entry) { nat_.unload(entry); });
    table_.each_in_limbo([this](Entry& entry) {
        const bool listed = entry.life.state() == LifeMachine::State::unconfirmed && edition_.core.lists_unconfirmed;
        listed ? nat_.unload(entry) : nat_.forget(entry);
    });
}

void Tracker::close(Entry& entry) {
    if (!entry.linked() || entry.tcp_machine == nullptr) return;
    const bool closed = entry.tcp_machine->state() == tcp::State::close;
    entry.tcp_machine->restore(tcp::State::close);
    if (closed || entry.has(Status::fixed_timeout)) return;
    table_.arm(entry, now_ + seconds(settings_[Setting::tcp_timeout_close]));
    note(entry, EventBit::protoinfo);
}

void Tracker::set_mark(Entry& entry, std::uint32_t mark) {
    if (entry.mark == mark) return;
    entry.mark = mark;
    if (entry.extension != nullptr) expectations_.marked(key_of_master(entry), mark);
    note(entry, EventBit::mark);
}

void Tracker::note(Entry& entry, EventBit bit) {
    entry.pending = static_cast<EventMask>(announcement::noted<Concrete>(entry.pending, bit, entry.reports));
}

void Tracker::notify(const Entry& entry, EventMask mask, Time time_left) {
    if (mask != 0 && !observers_.empty()) observers_.notify({mask, entry, now_, time_left});
}

/// Takes an entry out of the table. DESTROY is told before it is unlinked (death_by_timeout(), nf_ct_delete()).
void Tracker::remove(Entry& entry, Gone why, Time time_left) {
    if (!entry.linked()) return;
    fillers_gone_ += entry.filler ? 1 : 0;
    if (edition_.core.has_dying && notice_rules().dying_in_destroy) entry.status.set(Status::dying);
    const auto told = announcement::at_deletion<Concrete>(entry.reports);
    notify(entry, static_cast<EventMask>(told.mask), time_left);
    if (edition_.core.has_dying) entry.status.set(Status::dying);
    entry.pending = static_cast<EventMask>(told.gathered);
    if (watcher_ != nullptr) watcher_->deleted(entry, now_, why);
    table_.unlink(entry);
    if (entry.extension != nullptr) end_announced(entry);
    entry.life.remove();
    drop_reference(entry);
}

// --- timers --------------------------------------------------------------------------------------------------------

void Tracker::refresh(Entry& entry, Time span) {
    if (!entry.linked()) {
        // No timeout of less than a second can be met before the entry is confirmed.
        entry.stored_timeout = static_cast<std::uint32_t>(span / nanoseconds_per_second);
        return;
    }
    const Time deadline =
        deadline_refreshed_by<Concrete>(edition_, entry.deadline, now_, span, entry.has(Status::fixed_timeout));
    if (deadline != entry.deadline) table_.arm(entry, deadline);
}

void Tracker::account(Entry& entry, Direction dir, const Packet& packet) {
    if (!entry.accounted) return;
    Counter& counter = entry.counters[static_cast<std::size_t>(dir)];
    ++counter.packets;
    counter.bytes += packet.length;
}

void Tracker::advance(Time now) {
    assert(now >= now_ && "time does not go back");
    const Time before = now_;
    if (collector_begins_ <= now) collect_until(now);
    now_ = now;
    if (expectations_.may_be_due(now)) {
        expect::Registry::Told told;
        expectations_.advance(now, told);
        tell(told);
    }
    expire();
    if (collector_is_pressed()) collect_as_seen(before);
}

void Tracker::expire() {
    if (!table_.fillers().empty()) drop_due_fillers();
    const Time width = choices_->edge_width();
    if (width != 0) return expire_within(width);
    while (Entry* due = table_.first_due(mutation::expiry(now_))) {
        remove(*due, Gone::expired);
        note_expired(1);
    }
}

/// What is within `width` of its deadline may go or stay.
void Tracker::expire_within(Time width) {
    const Time now = mutation::expiry(now_);
    if (table_.first_due(now + width) == nullptr) return;
    std::map<std::pair<Time, std::uint64_t>, EntryId> due;
    table_.each_linked([&](const Entry& e) {
        if (e.deadline <= now + width) due.emplace(std::pair{e.deadline, e.filing.armed}, e.id);
    });
    for (const auto& [when, id] : due) {
        Entry& entry = *table_.by_id(id);
        bool passed = expired<Concrete>(entry.deadline, now);
        if (std::abs(entry.deadline - now) <= width) passed = choices_->passed(Edge::expiry, chooser(entry), passed);
        if (!passed) continue;
        remove(entry, Gone::expired);
        note_expired(1);
    }
}

// --- the track hook ------------------------------------------------------------------------------------------------

InFlight Tracker::begin(const Packet& packet, Time now, Trace* trace, const Template& from) {
    advance(now);
    InFlight flight;
    if (from.notrack) {
        flight.verdict_.seen = true;
        flight.verdict_.info = CtInfo::untracked;
        flight.verdict_.clause = Clause::core_notrack;
        return flight;
    }
    Handled handled;
    while ((handled = track_once(packet, flight, trace, from)) == Handled::repeat) {
        detach(flight);
        ++flight.verdict_.repeats;
    }
    if (handled == Handled::invalid) {
        detach(flight);
        flight.verdict_.info = CtInfo::invalid;
    } else if (handled == Handled::drop) {
        // linux-2.6.9: DROP is 0, no error; the packet keeps the entry until it is freed.
        if (edition_.core.drop_counts_as_accept) {
            flight.verdict_.info.reset();
            flight.verdict_.dir.reset();
        } else {
            detach(flight);
        }
    }
    return flight;
}

InFlight Tracker::attach_answer(const InFlight& about) {
    assert(about.entry_ != nullptr);
    InFlight answer;
    answer.verdict_.seen = true;
    answer.verdict_.clause = Clause::icmp_error_related;
    about.entry_->life.hold();
    attach(answer, *about.entry_, other(*about.verdict_.dir), CtInfo::related);
    return answer;
}

/// By the zone's number for the original direction, and where that of the reply is another one, by that as well.
std::optional<Table::Found> Tracker::look_up(const Tuple& tuple, const Zone& zone) const {
    const auto first = table_.find(in_zone(tuple, zone, Direction::original), zone);
    if (first || zone.both()) return first;
    return table_.find(in_zone(tuple, zone, Direction::reply), zone);
}

Tracker::Handled Tracker::track_once(const Packet& packet, InFlight& flight, Trace* trace, const Template& from) {
    const Zone& zone = from.zone;
    Verdict& verdict = flight.verdict_;
    const auto decide = [&](const Handling& h) {
        verdict.clause = h.clause;
        return h.result;
    };
    verdict.seen = true;
    if (packet.family == Family::ipv6 && !edition_.core.ipv6) {
        verdict.seen = false;
        return decide({Handled::accept, Clause::core_no_ipv6});
    }
    // Fragments are reassembled before they come here, but for those of IPv6 that reassembly refuses and lets pass.
    if (packet.later_fragment) return decide({Handled::invalid, Clause::core_later_fragment});
    if (!packet.transport_found) return decide({Handled::invalid, Clause::core_header_beyond_packet});

    const L4Tracker tracker = tracker_of(packet.protocol, packet.family, edition_, options_.modules);
    Clause unmatched = Clause::core_not_invertible;
    if (tracker == L4Tracker::icmp || tracker == L4Tracker::icmpv6) {
        if (const auto done = judge_icmp(packet, flight, zone, unmatched)) return decide(*done);
    }
    if (edition_.core.checks_before_lookup) {
        if (const auto fault = transport_fault(tracker, packet, edition_, settings_))
            return decide({Handled::invalid, *fault});
    }
    const auto tuple = tuple_of(packet, edition_, options_.modules);
    if (!tuple) return decide({Handled::invalid, tuple_fault(packet)});

    if (const auto found = look_up(*tuple, zone)) {
        Entry& entry = *found->entry;
        entry.life.hold();
        const bool replied = entry.flow.state() != FlowMachine::State::unreplied;
        attach(flight, entry, found->dir, packet_state(found->dir, replied, entry.has(Status::expected)));
    } else {
        const Handling made = create(packet, *tuple, from, flight);
        if (made.result != Handled::accept) {
            const bool error = made.clause == Clause::core_not_invertible;
            return decide({made.result, error ? unmatched : made.clause});
        }
    }
    const Handled handled = decide(handle(packet, *flight.entry_, *verdict.dir, trace));
    if (handled != Handled::accept || !edition_.helper.looks_when_tracked) return handled;
    const auto dropped_by = consult_helper(flight, from.bytes, nullptr).dropped_by;
    return dropped_by ? decide({Handled::drop, *dropped_by}) : handled;
}

Tracker::Handling Tracker::create(const Packet& packet, const Tuple& tuple, const Template& from, InFlight& flight) {
    const Zone& zone = from.zone;
    const auto reply = inverse(tuple, edition_, options_.modules);
    const Handling full{Handled::drop, Clause::core_table_full};
    const bool first = edition_.full_table.tested_before_inversion;
    if (first && !make_room(in_zone(tuple, zone, Direction::original))) return full;
    if (!reply) return {Handled::invalid, Clause::core_not_invertible};
    if (!first && !make_room(in_zone(tuple, zone, Direction::original))) return full;

    if (!icmp::may_open_entry(packet, tuple, edition_, options_.modules))
        return {Handled::invalid, Clause::icmp_reply_without_request};
    Entry& entry = table_.create();
    entry.zone = zone;
    entry.original = in_zone(tuple, zone, Direction::original);
    entry.reply = in_zone(*reply, zone, Direction::reply);
    entry.tracker = tracker_of(tuple.proto, tuple.family, edition_, options_.modules);
    entry.tracked_since = now_;
    entry.accounted = edition_.core.always_accounts || settings_[Setting::acct] != 0;
    entry.reports = notice_rules().notifier && (edition_.core.always_accounts || settings_[Setting::events] != 0);
    if (entry.tracker == L4Tracker::tcp) entry.tcp_machine = make_tcp_machine(edition_.id);
    if (entry.tracker == L4Tracker::icmp && edition_.core.counts_icmp) entry.icmp_machine = make_icmp_count_machine();
    if (entry.tracker == L4Tracker::sctp) entry.sctp_machine = make_sctp_machine(edition_.id);
    entry.gre_timeouts = flow::timeouts_of(flow::Kind::gre, tuple.family, edition_, settings_);
    meet_expectation(entry, from);
    attach(flight, entry, Direction::original, packet_state(Direction::original, false, entry.has(Status::expected)));
    return {Handled::accept, Clause::core_not_invertible};
}

// --- the end of a packet -------------------------------------------------------------------------------------------

void Tracker::release(InFlight packet) { detach(packet); }

bool Tracker::finish(InFlight packet, Fate fate, Time now) {
    const bool leaves = fate == Fate::accepted && confirm(packet, now);
    detach(packet);
    return leaves;
}

Verdict Tracker::track(const Packet& packet, Time now, Trace* trace) {
    InFlight flight = begin(packet, now, trace);
    Verdict verdict = flight.verdict();
    confirm(flight, now);
    verdict.clause = flight.verdict().clause;
    detach(flight);
    return verdict;
}

}  // namespace conntrack

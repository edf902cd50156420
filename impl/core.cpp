#include "impl/core.hpp"

#include "impl/lives.hpp"
#include "spec/full_table.hpp"
#include "spec/timer.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace conntrack::fast {

namespace {

const Options& checked(const Options& options) {
    if (options.expired_at_once == 0) throw std::invalid_argument("expired_at_once: at least 1 was expected, not 0");
    if (options.most_entries == 0 || options.most_entries > 1U << 29)
        throw std::invalid_argument("most_entries: 1 to 2^29 were expected, not " +
                                    std::to_string(options.most_entries));
    return options;
}

}  // namespace

Core::Core(EditionId id, const Options& options)
    : edition_(conntrack::edition(id)),
      notice_rules_(options.later_notifier && !edition_.notice.notifier ? linux_2_6_32.notice : edition_.notice),
      options_(checked(options)),
      settings_(edition_),
      table_(options.key ? *options.key : HashKey::random(), options.most_entries,
             options.crossings != nullptr ? &options.crossings->lock_of(options.shard) : nullptr),
      store_(table_.store()),
      timers_(table_.timers()),
      nat_(*this, options.key ? *options.key : HashKey::random(), options.most_entries),
      helpers_(options.helpers ? options.helpers : std::make_shared<const helper::HelperSet>(options.modules)),
      own_expectations_(options.expectations != nullptr ? nullptr : std::make_unique<expect::Registry>(edition_)),
      expectations_(options.expectations != nullptr ? *options.expectations : *own_expectations_) {
    configure(Setting::buckets, settings_[Setting::buckets]);
    if (options.crossings != nullptr) options.crossings->join(options.shard, *this);
}

void Core::configure(Setting setting, std::uint32_t value) {
    settings_.set(setting, value);
    if (setting == Setting::buckets) table_.index().divide(value);
    tcp_settings_ = tcp::read_settings(settings_);
    sctp_timeouts_ = sctp::read_timeouts(settings_);
    for (std::size_t kind = 0; kind < flow::kind_count; ++kind)
        for (const Family family : {Family::ipv4, Family::ipv6})
            flow_timeouts_[kind][family == Family::ipv6 ? 1 : 0] =
                flow::timeouts_of(static_cast<flow::Kind>(kind), family, edition_, settings_);
    collector_threshold_ = edition_.full_table.collector ? full_table::collector_threshold(settings_[Setting::max]) : 0;
}

// --- references and events -----------------------------------------------------------------------------------------

void Core::detach(Flight flight) {
    if (const Handle entry = std::exchange(flight.entry, no_entry); entry != no_entry) {
        lives::release(store_[entry]);
        free_if_freed(entry);
    }
    flight.verdict.entry = 0;
    flight.verdict.dir.reset();
    flight.verdict.info.reset();
}

void Core::notify(Handle entry, EventMask mask, Time time_left) {
    if (mask == 0 || observers_.empty() || !store_[entry].has(Trait::reports)) return;
    const Entry shown = this->entry(entry);
    observers_.notify({mask, shown, now_, time_left});
}

Time Core::remaining(Handle entry) const {
    const PackedEntry& e = store_[entry];
    return e.linked() && e.deadline > now_ ? e.deadline - now_ : 0;
}

void Core::remove(Handle entry, Gone why) { remove(entry, why, remaining(entry)); }

/// Takes an entry out of the table. DESTROY is told before it is unlinked (death_by_timeout(), nf_ct_delete()).
void Core::remove(Handle entry, Gone why, Time time_left) {
    PackedEntry& e = store_[entry];
    if (!e.linked()) return;
    if (edition_.core.has_dying && notice_rules_.dying_in_destroy) e.set(Status::dying);
    notify(entry, mask_of(EventBit::destroy), time_left);
    if (edition_.core.has_dying) e.set(Status::dying);
    e.pending = 0;
    if (watcher_ != nullptr) watcher_->deleted(entry, now_, why);
    if (e.has(Trait::filler)) ++fillers_gone_;
    if (chosen_chains_) chosen_chains_->remove(entry);
    table_.unlink(entry);
    if (options_.crossings != nullptr) leave_shard(entry);
    if (e.has(Trait::extended)) end_announced(entry);
    lives::remove(e);
    free_if_freed(entry);
}

void Core::close(Handle entry) {
    PackedEntry& e = store_[entry];
    if (!e.linked() || e.l4() != L4Tracker::tcp) return;
    const bool closed = e.tcp_now() == tcp::State::close;
    e.own_state = static_cast<std::uint8_t>(tcp::State::close);
    if (closed || e.has(Status::fixed_timeout)) return;
    timers_.arm(entry, now_ + seconds(settings_[Setting::tcp_timeout_close]));
    note(e, EventBit::protoinfo);
}

void Core::end_by(Handle entry, Direction dir, std::uint32_t length) {
    if (store_[entry].has(Trait::accounted)) {
        Counter& counter = store_.counters(entry)[static_cast<std::size_t>(dir)];
        ++counter.packets;
        counter.bytes += length;
    }
    remove(entry, Gone::interface);
}

bool Core::bind_nothing(Handle entry, Hook hook, Time now) {
    const NatRange range = nat::null_range(store_.tuple(entry, Direction::reply), hook);
    return bind(entry, hook, range, {.rule = 0, .when = now});
}

bool Core::bind(Handle entry, Hook hook, const NatRange& range, const BindingNote& note) {
    if (!edition_.helper.serves_its_port) return nat_.bind(entry, hook, range, note);
    const Tuple before = store_.tuple(entry, Direction::reply);
    const bool bound = nat_.bind(entry, hook, range, note);
    choose_helper_again(entry, before);
    return bound;
}

void Core::set_mark(Handle entry, std::uint32_t mark) {
    std::uint32_t& kept = store_.rest(entry).mark;
    if (kept == mark) return;
    kept = mark;
    if (store_[entry].has(Trait::extended)) expectations_.marked(key_of_master(entry), mark);
    note(store_[entry], EventBit::mark);
}

// --- time ----------------------------------------------------------------------------------------------------------

bool Core::expire_one() {
    std::uint32_t work = std::numeric_limits<std::uint32_t>::max();
    const Handle due = timers_.first_due(now_, work);
    if (due == no_entry) return false;
    remove(due, Gone::expired);
    note_expired(1);
    return true;
}

/// Takes out what is due, but no more than so many entries are touched.
void Core::expire(std::uint32_t at_most) {
    std::uint32_t work = at_most;
    while (work > 0) {
        const Handle due = timers_.first_due(now_, work);
        if (due == no_entry) return;
        remove(due, Gone::expired);
        note_expired(1);
        if (at_most != std::numeric_limits<std::uint32_t>::max()) work -= work > 0 ? 1 : 0;
    }
}

void Core::advance(Time now) {
    assert(now >= now_ && "time does not go back");
    const Time before = now_;
    if (collector_begins_ <= now) collect_until(now);
    now_ = now;
    if (expectations_.may_be_due(now)) expire_expectations();
    if (expectations_.has_orphans()) release_orphans();
    if (choices_ != nullptr) return advance_as_chosen(before);
    expire(std::numeric_limits<std::uint32_t>::max());
}

// --- entries -------------------------------------------------------------------------------------------------------

/// What has expired and has not been taken out yet goes when a lookup meets it (nf_ct_gc_expired()).
Table::Place Core::find_behind_expired(Handle entry, const LookupKey& key, Tag tag) {
    remove(entry, Gone::expired);
    return find_alive(key, tag);
}

/// For an entry or a packet of `zone`: the zone's number must be that of the entry in the direction in which it is
/// found, whichever number the tuple was looked up with (nf_ct_key_equal()). Of several the newest, which stands at the
/// head of the kernel's chain.
Table::Place Core::find_in_zone(const LookupKey& key, const Zone& zone) const {
    Table::Place newest;
    table_.each_with(key, [&](const Table::Place& found) {
        const PackedEntry& e = store_[found.entry];
        if (e.zone_of(found.dir) != zone.of(found.dir) || expired<Concrete>(e.deadline, now_)) return;
        if (newest.entry == no_entry || store_.rest(newest.entry).confirmed_as < store_.rest(found.entry).confirmed_as)
            newest = found;
    });
    return newest;
}

/// By the zone's number for the original direction, and where that of the reply is another one, by that as well.
Table::Place Core::look_up(const LookupKey& key, const Zone& zone) const {
    const auto find_in = [&](Direction dir) {
        LookupKey in_that_zone = key;
        in_that_zone.zone = zone.of(dir);
        return find_in_zone(in_that_zone, zone);
    };
    const Table::Place first = find_in(Direction::original);
    if (first.entry != no_entry || zone.both()) return first;
    return find_in(Direction::reply);
}

std::optional<Handle> Core::make_entry(const Tuple& original, const Tuple& reply, const Zone& zone, EntryId& next_id) {
    const auto made = store_.take(original.family == Family::ipv6);
    if (!made) return std::nullopt;
    PackedEntry& e = store_[*made];
    e.id = next_id++;
    e.references = 1;
    e.zone = zone.id;
    if (zone.original) e.set(Trait::zone_original);
    if (zone.reply) e.set(Trait::zone_reply);
    e.proto = original.proto;
    store_.set_tuple(*made, Direction::original, original);
    store_.set_tuple(*made, Direction::reply, reply);
    const L4Tracker tracker = tracker_of(original.proto, original.family, edition_, options_.modules);
    e.tracker = static_cast<std::uint8_t>(tracker);
    if (tracker == L4Tracker::tcp)
        e.tcp = pack(tcp::blank<Concrete>());
    else if (tracker == L4Tracker::sctp)
        e.sctp = sctp::blank<Concrete>();
    else
        e.flow = {now_, 0, flow_timeouts_[static_cast<std::size_t>(flow::Kind::gre)][0]};
    if (tracker == L4Tracker::icmp && edition_.core.counts_icmp) e.set(Trait::counts_icmp);
    store_.rest(*made) = {};
    return made;
}

Core::Handling Core::create(const PacketFacts& packet, const Template& from, Flight flight) {
    const Zone& zone = from.zone;
    const Tuple tuple = tuple_of(packet.key);
    const auto reply = inverse(tuple, edition_, options_.modules);
    const Handling full{Handled::drop, Clause::core_table_full};
    const bool first = edition_.full_table.tested_before_inversion;
    const Tuple original = in_zone(tuple, zone, Direction::original);
    if (first && !make_room(original)) return full;
    if (!reply) return {Handled::invalid, Clause::core_not_invertible};
    if (!first && !make_room(original)) return full;
    if (packet.whole != nullptr && !icmp::may_open_entry(*packet.whole, tuple, edition_, options_.modules))
        return {Handled::invalid, Clause::icmp_reply_without_request};

    const auto made = make_entry(original, in_zone(*reply, zone, Direction::reply), zone, next_id_);
    if (!made) {
        refuse();
        return full;
    }
    PackedEntry& e = store_[*made];
    if (edition_.core.always_accounts || settings_[Setting::acct] != 0) {
        e.set(Trait::accounted);
        store_.counters(*made) = {};
    }
    if (notice_rules_.notifier && (edition_.core.always_accounts || settings_[Setting::events] != 0))
        e.set(Trait::reports);
    if (!expectations_.empty() || from.helper != nullptr || edition_.helper.serves_its_port)
        meet_expectation(*made, from);
    const bool expected = e.has(Status::expected);
    attach(flight, *made, Direction::original, packet_state(Direction::original, false, expected));
    return {Handled::accept, Clause::core_not_invertible};
}

std::optional<Core::Handling> Core::judge_icmp(const Packet& packet, Flight flight, const Zone& zone,
                                               Clause& unmatched) {
    const auto judgement = icmp::judge(packet, edition_, settings_);
    if (const auto* faulty = std::get_if<icmp::Faulty>(&judgement)) return Handling{Handled::invalid, faulty->clause};
    if (std::holds_alternative<icmp::Untracked>(judgement)) {
        flight.verdict.info = CtInfo::untracked;
        return Handling{Handled::accept, Clause::icmpv6_untracked_type};
    }
    const auto* error = std::get_if<icmp::Error>(&judgement);
    if (error == nullptr) return std::nullopt;
    const Handling matched = match_error(packet, error->quoted, zone, flight);
    if (matched.result == Handled::accept || !error->query_if_unmatched) return matched;
    unmatched = matched.clause;
    return std::nullopt;
}

/// An ICMP error is RELATED to the entry of the packet it quotes. The entry itself is not touched.
Core::Handling Core::match_error(const Packet& packet, const InnerPacket* quoted, const Zone& zone, Flight flight) {
    const auto answer = icmp::tuple_of_answer(quoted, edition_, options_.modules);
    if (const auto* clause = std::get_if<Clause>(&answer)) return {Handled::invalid, *clause};
    const Tuple& tuple = std::get<Tuple>(answer);
    const Table::Place found = look_up(lookup_key_of(tuple), zone);
    if (found.entry == no_entry) return {Handled::invalid, Clause::icmp_error_inner_untracked};
    if (edition_.core.error_checks_destination && packet.dst != tuple.dst)
        return {Handled::invalid, Clause::icmp_error_outer_destination};
    lives::hold(store_[found.entry]);
    attach(flight, found.entry, found.dir, CtInfo::related);
    return {Handled::accept, Clause::icmp_error_related};
}

// --- from outside --------------------------------------------------------------------------------------------------

void Core::flush(Time now) {
    advance(now);
    std::vector<std::pair<std::uint64_t, Handle>> all;
    store_.each([&](Handle entry) {
        if (store_[entry].linked()) all.emplace_back(store_.rest(entry).confirmed_as, entry);
    });
    std::ranges::sort(all);
    for (const auto& [number, entry] : all) remove(entry, Gone::flushed);
    next_filler_.clear();
    if (!edition_.core.lists_unconfirmed) return;
    store_.each([&](Handle entry) {
        lives::condemn(store_[entry]);
        store_[entry].set(Status::dying);
    });
}

/// The linked entry that has this tuple, of several the oldest.
Table::Place Core::oldest_with(const Tuple& tuple) const {
    Table::Place oldest;
    table_.each_with(lookup_key_of(tuple), [&](const Table::Place& found) {
        if (expired<Concrete>(store_[found.entry].deadline, now_)) return;
        if (oldest.entry == no_entry || store_.rest(found.entry).confirmed_as < store_.rest(oldest.entry).confirmed_as)
            oldest = found;
    });
    return oldest;
}

bool Core::erase(const Tuple& tuple, Time now) {
    advance(now);
    const Handle found = oldest_with(tuple).entry;
    if (found != no_entry) remove(found, Gone::erased);
    return found != no_entry;
}

}  // namespace conntrack::fast

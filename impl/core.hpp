// What a fast tracker does besides running protocols: entries come and go, observers hear of it, time passes, the full
// table makes room. The hot path stands in engine.hpp.
#pragma once

#include "impl/chosen_chains.hpp"
#include "impl/crossings.hpp"
#include "impl/nat.hpp"
#include "impl/packet_facts.hpp"
#include "impl/table.hpp"
#include "impl/tracker.hpp"
#include "spec/announcement.hpp"
#include "spec/editions.hpp"
#include "spec/expect/registry.hpp"
#include "spec/flow_settings.hpp"
#include "spec/helper/consult.hpp"
#include "spec/icmp_judgement.hpp"
#include "spec/sctp/timeouts.hpp"
#include "spec/timer.hpp"

#include <map>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

namespace conntrack::fast {

class Core : public Tracker, private Home {
  public:
    void advance(Time now) override;
    void flush(Time now) override;
    bool erase(const Tuple& tuple, Time now) override;
    void configure(Setting setting, std::uint32_t value) override;
    bool import(const Imported& entry, Time now) override;
    void fill(const Fill& fill, Time now) override;
    std::uint64_t take_fillers_gone() override { return std::exchange(fillers_gone_, 0); }
    void set_mark(Handle entry, std::uint32_t mark) override;
    void end_by(Handle entry, Direction dir, std::uint32_t length) override;
    void close(Handle entry) override;

    void meet(Handle entry) override { nat_.meet(entry); }
    [[nodiscard]] bool decided(Handle entry, nat::Manip manip) const override {
        return store_[entry].has(Trait::met_by_nat) && store_.nat(entry).decided(manip);
    }
    bool bind(Handle entry, Hook hook, const NatRange& range, const BindingNote& note) override;
    bool bind_nothing(Handle entry, Hook hook, Time now) override;
    bool translate(Handle entry, Direction dir, Hook hook, std::span<std::uint8_t> bytes) const override {
        return nat_.translate(entry, dir, hook, bytes);
    }
    bool translate_error(Handle entry, Direction dir, Hook hook, std::span<std::uint8_t> bytes) const override {
        return nat_.translate_error(entry, dir, hook, bytes);
    }
    void end_masqueraded(std::uint32_t interface, const std::function<bool(const Entry&)>& is_forgotten) override;
    void forget_bindings() override;
    [[nodiscard]] std::size_t listed_by_source() const override { return nat_.listed(); }

    void flush_expectations(Time now) override;
    void each_expectation(const std::function<void(const expect::Expectation&)>& visit) const override {
        expectations_.each(visit);
    }
    [[nodiscard]] const helper::HelperSet& helpers() const override { return *helpers_; }

    [[nodiscard]] std::optional<Found> find(const Tuple& tuple) const override;
    [[nodiscard]] Entry entry(Handle entry) const override;
    void each_linked(const std::function<void(const Entry&)>& visit) const override;
    void each_listed(const std::function<void(const Entry&)>& visit) const override;
    void each_in_limbo(const std::function<void(const Entry&)>& visit) const override;
    [[nodiscard]] std::size_t existing() const override { return store_.taken(); }
    [[nodiscard]] std::size_t linked() const override { return table_.linked(); }
    [[nodiscard]] Shape shape() const override;
    [[nodiscard]] std::uint32_t bucket(const Tuple& tuple, std::uint32_t buckets) const override {
        return bucket_of(table_.tag_of(tuple), buckets);
    }
    void choose_by(Choices& choices) override { choices_ = &choices; }
    void watch_by(Watcher* watcher) override { watcher_ = watcher; }
    std::uint64_t take_refusals() override { return std::exchange(refusals_, 0); }
    [[nodiscard]] Time now() const override { return now_; }
    [[nodiscard]] const Edition& edition() const override { return edition_; }
    [[nodiscard]] const Modules& modules() const override { return options_.modules; }
    [[nodiscard]] const Settings& settings() const override { return settings_; }
    [[nodiscard]] const NoticeSwitches& notice_rules() const override { return notice_rules_; }

  protected:
    friend class Nat;
    Core(EditionId edition, const Options& options);

    /// A packet on its way, wherever its verdict stands.
    struct Flight {
        Verdict& verdict;
        Handle& entry;
    };
    enum class Handled : std::uint8_t { accept, invalid, drop, repeat };
    struct Handling {
        Handled result;
        Clause clause;
    };

    const Edition& edition_;
    const NoticeSwitches& notice_rules_;
    Options options_;
    Settings settings_;
    tcp::TcpSettings<Concrete> tcp_settings_{};
    sctp::Timeouts<Concrete> sctp_timeouts_{};
    std::array<std::array<flow::Timeouts, 2>, flow::kind_count> flow_timeouts_{};  // by Kind; IPv4, IPv6
    Table table_;
    EntryStore& store_;
    Timers& timers_;
    Time now_ = 0;
    Choices* choices_ = nullptr;  // null: the tracker chooses by itself
    Watcher* watcher_ = nullptr;
    Nat nat_;
    std::shared_ptr<const helper::HelperSet> helpers_;
    std::unique_ptr<expect::Registry> own_expectations_;  // null: those of all shards
    expect::Registry& expectations_;
    std::unordered_map<Handle, expect::Extension> extensions_;

    // Packets and entries.
    void attach(Flight flight, Handle entry, Direction dir, CtInfo info) {
        assert(flight.entry == no_entry);
        flight.entry = entry;
        flight.verdict.entry = store_[entry].id;
        flight.verdict.dir = dir;
        flight.verdict.info = info;
    }
    void detach(Flight flight);
    void free_if_freed(Handle entry) {
        if (store_[entry].life() != life::State::freed) return;
        if (store_[entry].has(Trait::met_by_nat)) nat_.forget(entry);
        if (store_[entry].has(Trait::extended)) leave_kin(entry);
        store_.give_back(entry);
    }
    /// The entry that has this tuple and whose time has not run out.
    [[nodiscard]] Table::Place find_alive(const LookupKey& key, Tag tag) {
        const Table::Place found = table_.find(key, tag);
        if (found.entry == no_entry || !expired<Concrete>(store_[found.entry].deadline, now_)) return found;
        return find_behind_expired(found.entry, key, tag);
    }
    [[nodiscard]] Table::Place find_alive(const Tuple& tuple) {
        const LookupKey key = lookup_key_of(tuple);
        return find_alive(key, table_.tag_of(key));
    }
    [[nodiscard]] Table::Place look_up(const LookupKey& key, const Zone& zone) const;
    [[nodiscard]] Table::Place oldest_with(const Tuple& tuple) const;
    [[nodiscard]] Table::Place find_in_zone(const LookupKey& key, const Zone& zone) const;
    /// The age of a flow, where it may lie on either side of that at which it becomes a stream.
    [[nodiscard]] Time judged_age(const PackedEntry& entry, Handle handle, Time age) const;
    std::optional<Handling> judge_icmp(const Packet& packet, Flight flight, const Zone& zone, Clause& unmatched);
    Handling create(const PacketFacts& packet, const Template& from, Flight flight);
    bool insert(Handle entry, Flight flight);

    // Expectations and helpers: helpers.cpp.
    void meet_expectation(Handle entry, const Template& from);
    helper::Consulted consult_helper(Flight flight, std::span<const std::uint8_t> bytes,
                                     std::vector<std::uint8_t>* packet);
    bool pass_helper(Flight flight, std::span<const std::uint8_t> bytes, std::vector<std::uint8_t>* packet);
    [[nodiscard]] std::uint32_t ack_shift(Handle entry, Direction dir, std::uint32_t ack) const;
    void release_orphans();

    void note(PackedEntry& entry, EventBit bit) {
        entry.pending =
            static_cast<EventMask>(announcement::noted<Concrete>(entry.pending, bit, entry.has(Trait::reports)));
    }
    void notify(Handle entry, EventMask mask, Time time_left);
    void remove(Handle entry, Gone why);
    void remove(Handle entry, Gone why, Time time_left);

    [[nodiscard]] bool is_full() const;

    /// Lets time pass for one packet.
    void pass_time(Time now) {
        set_time(now);
        expire_some();
    }
    /// The same in two steps, the first of which is enough for many packets at one time.
    void set_time(Time now) {
        assert(now >= now_ && "time does not go back");
        if (collector_begins_ <= now) collect_until(now);
        now_ = now;
        if (expectations_.may_be_due(now)) expire_expectations();
        if (expectations_.has_orphans()) release_orphans();
    }
    void expire_some() {
        if (timers_.may_be_due(now_)) expire(options_.expired_at_once);
    }

  private:
    static constexpr Time never = std::numeric_limits<Time>::max();
    EntryId next_id_ = 1, next_filler_id_ = filler::first_id;
    std::uint64_t refusals_ = 0;
    Time collector_begins_ = never;
    std::size_t expired_lately_ = 0;  // at `expired_at_`
    Time expired_at_ = 0;
    std::uint64_t fillers_gone_ = 0;
    std::map<std::uint16_t, std::uint32_t> next_filler_;  // by zone
    std::unique_ptr<ChosenChains> chosen_chains_;         // null: nobody has asked yet
    std::uint32_t collector_threshold_ = 0;  // the count from which the collector drops early; 0: it never does

    struct Candidate {
        std::uint64_t position;
        Handle entry;
        EntryId id;
    };
    std::vector<Candidate> candidates_;  // of one chain; kept for its memory

    void adopt(Handle child, const expect::Born& born);
    void serve(Handle entry, const helper::Helper* helper);
    void choose_helper_again(Handle entry, const Tuple& reply_before);
    void hold_for_kin(Handle master);
    void release_for_kin(Handle master);
    void end_announced(Handle master);
    void leave_kin(Handle entry);
    void expire_expectations();
    void tell(const expect::Registry::Told& told);
    expect::Extension& extended(Handle entry) {
        store_[entry].set(Trait::extended);
        return extensions_[entry];
    }
    [[nodiscard]] expect::MasterKey key_of_master(Handle entry) const {
        return {.tracker = options_.shard, .id = store_[entry].id};
    }
    std::unordered_map<EntryId, Handle> masters_;  // those that Trait::has_kin says it of

    Table::Place find_behind_expired(Handle entry, const LookupKey& key, Tag tag);
    Handling match_error(const Packet& packet, const InnerPacket* quoted, const Zone& zone, Flight flight);
    bool link_in_shard(Handle entry, bool by_original);
    void leave_shard(Handle entry);
    void give_up_tuples(Handle entry, bool original, bool reply);
    [[nodiscard]] bool lives_elsewhere(const Tuple& tuple) const {
        return options_.crossings->home_of(tuple) != options_.shard;
    }
    [[nodiscard]] bool links(const Tuple& tuple) const final;
    bool link_ready(Handle entry, std::uint32_t timeout_s);
    std::optional<Handle> make_entry(const Tuple& original, const Tuple& reply, const Zone& zone, EntryId& next_id);
    [[nodiscard]] bool are_one_flow(Handle entry, const Table::Place& met) const;
    bool enter(Handle entry, const clash::Entrance<Concrete>& way, Flight flight);
    void merge(Handle loser, Handle winner, Flight flight);
    /// Has it expired, and been left to be taken out later? What expires at the moment at which it is made is there.
    [[nodiscard]] bool is_overdue(const PackedEntry& entry) const {
        return options_.expired_at_once != std::numeric_limits<std::uint32_t>::max() &&
               expired<Concrete>(entry.deadline, now_);
    }
    [[nodiscard]] Time remaining(Handle entry) const;
    [[nodiscard]] NatNotes nat_notes(Handle entry) const;
    void add_extension(Entry& out, Handle entry) const;

    void expire(std::uint32_t at_most);
    bool expire_one();
    enum class EntryMaker : std::uint8_t { packet, netlink };
    bool make_room(const Tuple& wanting);
    bool find_room(const Tuple& wanting, EntryMaker maker);
    bool drop_early(std::uint32_t bucket, std::size_t& seen, const Tuple& wanting);
    template <class Visit>
    void each_in_bucket(std::uint32_t bucket, Visit visit);
    void evict(Handle entry, const Tuple* wanting);
    ChosenChains& chosen_chains();
    [[nodiscard]] Chooser chooser(Handle entry, const Tuple& original) const {
        return {store_[entry].id, original, store_[entry].l4(), store_[entry].whole_zone()};
    }
    void advance_as_chosen(Time before);
    void expire_within(Time width);
    void note_expired(std::size_t count);
    [[nodiscard]] bool expired_fills_it() const;
    [[nodiscard]] bool may_go(Handle entry) const;
    [[nodiscard]] std::optional<Handle> oldest_to_go(bool only_fillers) const;
    bool drop_as_seen(const EarlyDropSeen& seen, const Tuple& wanting);
    void collect_as_seen(Time before);
    void add_candidate(Link link);
    void refuse();
    void collect_until(Time now);
    bool collect_from(std::uint32_t bucket, std::uint32_t& left);
    [[nodiscard]] bool collector_is_pressed() const;
    [[nodiscard]] bool collector_may_take(const PackedEntry& entry) const;
};

}  // namespace conntrack::fast

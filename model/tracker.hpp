// The tracker: the executable model of connection tracking in one edition. Packets come in through begin() and leave
// through finish(); time is an argument everywhere and never goes back.
#pragma once

#include "model/nat/nat.hpp"
#include "model/table.hpp"
#include "model/tracking.hpp"
#include "spec/clash.hpp"
#include "spec/editions.hpp"
#include "spec/expect/registry.hpp"
#include "spec/full_table.hpp"
#include "spec/helper/consult.hpp"
#include "spec/sctp/timeouts.hpp"
#include "spec/tuple_of.hpp"
#include "spec/verdict.hpp"

#include <limits>
#include <memory>
#include <optional>
#include <utility>

namespace conntrack {

class Tracker final : public Tracking, private NatHost {
  public:
    struct Options {
        Modules modules;
        bool later_notifier = false;  // linux-2.6.9 has no notifier: offer that of linux-2.6.32 there
        std::shared_ptr<const helper::HelperSet> helpers = nullptr;  // null: the kernel's
    };

    explicit Tracker(const Edition& edition, Options options);
    explicit Tracker(const Edition& edition) : Tracker(edition, Options{}) {}
    Tracker(const Tracker&) = delete;
    Tracker& operator=(const Tracker&) = delete;
    ~Tracker() override;

    using Tracking::begin;
    InFlight begin(const Packet& packet, Time now, Trace* trace, const Template& from = {}) override;
    InFlight attach_answer(const InFlight& about) override;
    using Tracking::confirm;
    bool confirm(InFlight& packet, Time now, std::vector<std::uint8_t>* bytes) override;
    void release(InFlight packet) override;

    /// confirm() if accepted, and release(). False if the packet was dropped, here or before.
    bool finish(InFlight packet, Fate fate, Time now);
    /// begin() and finish(accepted).
    Verdict track(const Packet& packet, Time now, Trace* trace = nullptr);

    void advance(Time now) override;
    void flush(Time now) override;
    bool erase(const Tuple& tuple, Time now) override;
    void configure(Setting setting, std::uint32_t value) override;
    bool import(const Imported& entry, Time now) override;

    /// The entry that a packet carries, for those who translate or mark it; null if it has none.
    [[nodiscard]] static Entry* carried(const InFlight& packet) { return packet.entry_; }
    void set_mark(Entry& entry, std::uint32_t mark);
    void set_mark(const InFlight& packet, std::uint32_t mark) override { set_mark(*packet.entry_, mark); }
    /// Takes an entry out of the table before its time.
    void end(Entry& entry) { remove(entry, Gone::erased); }
    void end_by(const InFlight& packet, const Packet& header) override {
        account(*packet.entry_, *packet.verdict_.dir, header);
        remove(*packet.entry_, Gone::interface);
    }
    void close(Entry& entry);
    void close(const InFlight& packet) override { close(*packet.entry_); }

    [[nodiscard]] Nat& nat() { return nat_; }
    [[nodiscard]] const Nat& nat() const { return nat_; }
    void meet(const InFlight& packet) override { Nat::meet(*packet.entry_); }
    bool bind(const InFlight& packet, Hook hook, const NatRange& range, BindingOrigin origin,
              const std::optional<std::string>& masquerades_at) override;
    bool bind_nothing(const InFlight& packet, Hook hook, Time now) override;
    bool translate(const InFlight& packet, Hook hook, std::span<std::uint8_t> bytes) override {
        return nat_.translate(*packet.entry_, *packet.verdict_.dir, hook, bytes);
    }
    bool translate_error(const InFlight& packet, Hook hook, std::span<std::uint8_t> bytes) override {
        return nat_.translate_error(*packet.entry_, *packet.verdict_.dir, hook, bytes);
    }
    void end_masqueraded(const std::string& interface, const std::function<bool(const Entry&)>& is_forgotten) override;
    void forget_bindings() override;
    void fill(const Fill& fill, Time now) override;
    std::uint64_t take_fillers_gone() override { return std::exchange(fillers_gone_, 0); }

    void flush_expectations(Time now) override;
    void each_expectation(const std::function<void(const expect::Expectation&)>& visit) const override {
        expectations_.each(visit);
    }
    [[nodiscard]] const helper::HelperSet& helpers() const override { return *helpers_; }

    [[nodiscard]] std::optional<Table::Found> find(const Tuple& tuple) const { return table_.find(tuple); }
    [[nodiscard]] const Table& table() const { return table_; }
    [[nodiscard]] const Entry* entry_with(const Tuple& tuple) const override;
    void each_linked(const Visit& visit) const override { table_.each_linked(visit); }
    void each_listed(const Visit& visit) const override { table_.each_listed(visit); }
    void each_in_limbo(const Visit& visit) const override { table_.each_in_limbo(visit); }
    [[nodiscard]] std::size_t linked() const override { return table_.linked(); }
    [[nodiscard]] std::size_t existing() const override { return table_.existing(); }

    [[nodiscard]] Time now() const override { return now_; }
    [[nodiscard]] const Edition& edition() const override { return edition_; }
    [[nodiscard]] const Modules& modules() const override { return options_.modules; }
    [[nodiscard]] const Settings& settings() const override { return settings_; }
    [[nodiscard]] const NoticeSwitches& notice_rules() const override;

    /// The default takes what the exact times say.
    void choose_by(Choices& choices) override { choices_ = &choices; }
    void watch_by(Watcher* watcher) override { watcher_ = watcher; }
    std::vector<std::string> take_log() override;

  private:
    const Edition& edition_;
    Options options_;
    Settings settings_;
    tcp::TcpSettings<Concrete> tcp_settings_{};
    sctp::Timeouts<Concrete> sctp_timeouts_{};
    Table table_;
    Choices exact_;
    Choices* choices_ = &exact_;
    Watcher* watcher_ = nullptr;
    Nat nat_;
    std::shared_ptr<const helper::HelperSet> helpers_;
    expect::Registry expectations_;
    std::vector<std::string> log_;
    Time now_ = 0;

    enum class Handled : std::uint8_t { accept, invalid, drop, repeat };
    struct Handling {
        Handled result;
        Clause clause;
    };

    Handled track_once(const Packet& packet, InFlight& flight, Trace* trace, const Template& from);
    [[nodiscard]] std::optional<Table::Found> look_up(const Tuple& tuple, const Zone& zone) const;
    std::optional<Handling> judge_icmp(const Packet& packet, InFlight& flight, const Zone& zone, Clause& unmatched);
    Handling match_error(const Packet& packet, const InnerPacket* quoted, const Zone& zone, InFlight& flight);
    Handling create(const Packet& packet, const Tuple& tuple, const Template& from, InFlight& flight);
    Handling handle(const Packet& packet, Entry& entry, Direction dir, Trace* trace);
    Handling handle_tcp(const Packet& packet, Entry& entry, Direction dir, Trace* trace);
    Handling handle_sctp(const Packet& packet, Entry& entry, Direction dir, Trace* trace);
    Handling handle_flow(const Packet& packet, Entry& entry, Direction dir, flow::Kind kind);
    Handling handle_icmp_count(const Packet& packet, Entry& entry, Direction dir);

    // Expectations and helpers: helpers.cpp.
    void meet_expectation(Entry& entry, const Template& from);
    void adopt(Entry& child, const expect::Born& born);
    void serve(Entry& entry, const helper::Helper* helper);
    void choose_helper_again(Entry& entry, const Tuple& reply_before);
    helper::Consulted consult_helper(InFlight& flight, std::span<const std::uint8_t> bytes,
                                     std::vector<std::uint8_t>* packet);
    bool pass_helper(InFlight& flight, std::vector<std::uint8_t>& packet);
    void end_announced(Entry& master);
    void leave_master(Entry& child);
    void tell(const expect::Registry::Told& told);
    static expect::MasterKey key_of_master(const Entry& entry) { return {.tracker = 0, .id = entry.id}; }

    bool insert(Entry& entry, InFlight& flight);
    void enter(Entry& entry, const clash::Entrance<Concrete>& way, InFlight& flight);
    void merge(Entry& loser, Entry& winner, InFlight& flight);

    [[nodiscard]] std::optional<std::pair<Entry*, Direction>> holder(const Tuple& tuple,
                                                                     const Zone& zone) const override;
    void evict(Entry& entry) override { remove(entry, Gone::nat_search); }
    [[nodiscard]] Choices& choices() override { return *choices_; }

    void attach(InFlight& flight, Entry& entry, Direction dir, CtInfo info);
    void detach(InFlight& flight);
    void refresh(Entry& entry, Time span);
    [[nodiscard]] Time shrink_timer(const Entry& entry);
    void account(Entry& entry, Direction dir, const Packet& packet);
    void note(Entry& entry, EventBit bit);
    void notify(const Entry& entry, EventMask mask, Time time_left);
    void remove(Entry& entry, Gone why) { remove(entry, why, entry.remaining(now_)); }
    void remove(Entry& entry, Gone why, Time time_left);
    void drop_reference(Entry& entry);
    void expire();
    void expire_within(Time width);
    void note_expired(std::size_t count);

    // The full table: early_drop.cpp.
    static constexpr Time never = std::numeric_limits<Time>::max();
    Time collector_begins_ = never;
    std::uint32_t collector_threshold_ = 0;  // the count from which the collector drops early; 0: it never does
    std::size_t expired_lately_ = 0;         // at `expired_at_`
    Time expired_at_ = 0;
    std::uint64_t fillers_gone_ = 0;

    [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(table_.existing()); }
    enum class EntryMaker : std::uint8_t { packet, netlink };
    bool make_room(const Tuple& wanting);
    bool find_room(const Tuple& wanting, EntryMaker maker);
    void refuse();
    Chains& chains();
    std::vector<Entry*> victims_from(std::uint32_t bucket);
    std::vector<Chains::Link> candidates_in(std::uint32_t bucket);
    bool may_be_dropped_early(const Chains::Link& link);
    Entry& entry_of(const Chains::Link& link);
    void evict(Entry& victim, const Tuple* wanting);
    bool drop_as_seen(const EarlyDropSeen& seen, const Tuple& wanting);
    void tell_collector();
    [[nodiscard]] bool collector_is_pressed() const {
        return full_table::collector_drops_early<Concrete>(count(), collector_threshold_);
    }
    void collect_until(Time now);
    void collect();
    void collect_as_seen(Time before);
    [[nodiscard]] bool collector_may_take(const Entry& entry) const;
    void drop_due_fillers();
};

}  // namespace conntrack

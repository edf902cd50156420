// The tracker: the executable model of connection tracking in one edition. Packets come in through begin() and leave
// through finish(); time is an argument everywhere and never goes back.
#pragma once

#include "model/choices.hpp"
#include "model/nat/nat.hpp"
#include "model/observers.hpp"
#include "model/table.hpp"
#include "spec/clash.hpp"
#include "spec/editions.hpp"
#include "spec/full_table.hpp"
#include "spec/packet.hpp"
#include "spec/settings.hpp"
#include "spec/template.hpp"
#include "spec/tuple_of.hpp"
#include "spec/verdict.hpp"

#include <limits>
#include <optional>
#include <utility>

namespace conntrack {

/// What begin() found out about a packet on the way, for those who explain verdicts.
struct Trace {
    std::optional<tcp::Judged<Concrete>> tcp;  // the last TCP step that was judged
};

/// Sees entries come and go whatever the edition tells its observers; for those who explain, no part of the semantics.
class Watcher {
  public:
    Watcher() = default;
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;
    virtual ~Watcher() = default;
    virtual void confirmed(const Entry&, Time) {}
    virtual void deleted(const Entry&, Time) {}  // before its life ends
    /// Before deleted(): the entry goes because the table is full. `wanting` is the original tuple of the entry that is
    /// to take its place; null: the collector takes it.
    virtual void evicted(const Entry&, const Tuple* wanting, Time) { (void)wanting; }
};

class Tracker;

/// A packet between begin() and finish(). It holds a reference to its entry, as a socket buffer does.
class InFlight {
  public:
    InFlight() = default;
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;
    InFlight(InFlight&& from) noexcept : verdict_(from.verdict_), entry_(from.entry_) { from.entry_ = nullptr; }
    InFlight& operator=(InFlight&& from) noexcept;
    ~InFlight();

    [[nodiscard]] const Verdict& verdict() const { return verdict_; }
    [[nodiscard]] const Entry* entry() const { return entry_; }

  private:
    friend class Tracker;
    Verdict verdict_;
    Entry* entry_ = nullptr;
};

class Tracker : private NatHost {
  public:
    struct Options {
        Modules modules;
        bool later_notifier = false;  // linux-2.6.9 has no notifier: offer that of linux-2.6.32 there
    };

    explicit Tracker(const Edition& edition, Options options);
    explicit Tracker(const Edition& edition) : Tracker(edition, Options{}) {}
    Tracker(const Tracker&) = delete;
    Tracker& operator=(const Tracker&) = delete;
    ~Tracker() override;

    /// The track hook (PREROUTING, OUTPUT): finds or makes the entry and runs its protocol. `trace` may be null.
    InFlight begin(const Packet& packet, Time now, Trace* trace = nullptr, const Template& from = {});
    /// What the router answers to a packet, and is not tracked by itself: it is RELATED to the entry of that packet,
    /// which must carry one (nf_conntrack_attach()).
    InFlight attach_answer(const InFlight& about);
    /// The confirm hook (POST_ROUTING, LOCAL_IN): the packet leaves the router. False: it is dropped there.
    /// The packet keeps its reference until release().
    bool confirm(InFlight& packet, Time now);
    /// The packet is freed.
    void release(InFlight packet);

    /// confirm() if accepted, and release(). False if the packet was dropped, here or before.
    bool finish(InFlight packet, Fate fate, Time now);
    /// begin() and finish(accepted).
    Verdict track(const Packet& packet, Time now, Trace* trace = nullptr);

    /// Lets time pass: every timer that runs out until `now` does.
    void advance(Time now);
    /// Deletes every entry.
    void flush(Time now);
    /// Deletes the entry that has this tuple in either direction. False if there is none.
    bool erase(const Tuple& tuple, Time now);
    /// Changes a setting. Entries that exist keep their timers until the next packet.
    void configure(Setting setting, std::uint32_t value);
    /// Puts an entry into the table as it was read from elsewhere. False if one of its tuples is taken.
    struct Imported {
        Tuple original, reply;
        bool seen_reply = false, assured = false;
        std::uint32_t timeout = 0;  // seconds left
        tcp::State tcp_state = tcp::State::none;
        bool has_counters = false;
        std::array<Counter, 2> counters;
        std::uint32_t mark = 0;
    };
    bool import(const Imported& entry, Time now);

    /// The entry that a packet carries, for those who translate or mark it; null if it has none.
    [[nodiscard]] static Entry* carried(const InFlight& packet) { return packet.entry_; }
    /// A rule changes the mark of an entry.
    void set_mark(Entry& entry, std::uint32_t mark);
    /// Takes an entry out of the table before its time.
    void end(Entry& entry) { remove(entry); }
    /// The same because of a packet of the entry, which is counted once more (nf_ct_kill_acct()).
    void end_by(Entry& entry, Direction dir, const Packet& packet) {
        account(entry, dir, packet);
        remove(entry);
    }
    /// A firewall resets the connection: its entry closes, with the timeout of CLOSE.
    void close(Entry& entry);
    [[nodiscard]] Nat& nat() { return nat_; }
    [[nodiscard]] const Nat& nat() const { return nat_; }
    /// NAT is unloaded: what it had decided is forgotten, and the tuples stay as they are. Entries that packets hold
    /// outside the table keep their bindings, but those that the edition lists (clean_nat()).
    void forget_bindings();
    /// Adds UDP entries that do nothing but fill the table (fillers.hpp). Where it is full they drop others early, or
    /// are not made, as entries that are made through netlink.
    struct Fill {
        std::uint32_t count = 0;
        bool assured = false;
        std::uint16_t zone = 9;
    };
    void fill(const Fill& fill, Time now);
    /// How many of them have gone since the last call.
    std::uint64_t take_fillers_gone() { return std::exchange(fillers_gone_, 0); }

    [[nodiscard]] std::optional<Table::Found> find(const Tuple& tuple) const { return table_.find(tuple); }
    [[nodiscard]] const Table& table() const { return table_; }
    [[nodiscard]] Time now() const { return now_; }
    [[nodiscard]] const Edition& edition() const { return edition_; }
    [[nodiscard]] const Modules& modules() const { return options_.modules; }
    [[nodiscard]] const Settings& settings() const { return settings_; }
    /// The rules by which observers are told.
    [[nodiscard]] const NoticeSwitches& notice_rules() const;

    Observers& observers() { return observers_; }
    /// Who decides where Linux is free. The default takes what the exact times say.
    void choose_by(Choices& choices) { choices_ = &choices; }
    void watch_by(Watcher* watcher) { watcher_ = watcher; }
    /// Lines that the kernel's log would hold since the last call ("table full, dropping packet.").
    std::vector<std::string> take_log();

  private:
    const Edition& edition_;
    Options options_;
    Settings settings_;
    tcp::TcpSettings<Concrete> tcp_settings_{};
    Table table_;
    Observers observers_;
    Choices exact_;
    Choices* choices_ = &exact_;
    Watcher* watcher_ = nullptr;
    Nat nat_;
    std::vector<std::string> log_;
    Time now_ = 0;

    enum class Handled : std::uint8_t { accept, invalid, drop, repeat };
    struct Handling {
        Handled result;
        Clause clause;
    };

    Handled track_once(const Packet& packet, InFlight& flight, Trace* trace, const Zone& zone);
    [[nodiscard]] std::optional<Table::Found> look_up(const Tuple& tuple, const Zone& zone) const;
    std::optional<Handling> judge_icmp(const Packet& packet, InFlight& flight, const Zone& zone, Clause& unmatched);
    Handling match_error(const Packet& packet, const InnerPacket* quoted, const Zone& zone, InFlight& flight);
    Handling create(const Packet& packet, const Tuple& tuple, const Zone& zone, InFlight& flight);
    Handling handle(const Packet& packet, Entry& entry, Direction dir, Trace* trace);
    Handling handle_tcp(const Packet& packet, Entry& entry, Direction dir, Trace* trace);
    Handling handle_flow(const Packet& packet, Entry& entry, Direction dir, flow::Kind kind);
    Handling handle_icmp_count(const Packet& packet, Entry& entry, Direction dir);

    bool insert(Entry& entry, InFlight& flight);
    void enter(Entry& entry, const clash::Entrance<Concrete>& way, InFlight& flight);
    void merge(Entry& loser, Entry& winner, InFlight& flight);

    [[nodiscard]] std::optional<std::pair<Entry*, Direction>> holder(const Tuple& tuple,
                                                                     const Zone& zone) const override;
    void evict(Entry& entry) override { remove(entry); }
    [[nodiscard]] Choices& choices() override { return *choices_; }

    void attach(InFlight& flight, Entry& entry, Direction dir, CtInfo info);
    void detach(InFlight& flight);
    void refresh(Entry& entry, std::uint32_t timeout_s);
    [[nodiscard]] Time shrink_timer(const Entry& entry);
    void account(Entry& entry, Direction dir, const Packet& packet);
    void note(Entry& entry, EventBit bit);
    void notify(const Entry& entry, EventMask mask, Time time_left);
    void remove(Entry& entry) { remove(entry, entry.remaining(now_)); }
    void remove(Entry& entry, Time time_left);
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

    [[nodiscard]] std::uint32_t existing() const { return static_cast<std::uint32_t>(table_.existing()); }
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
        return full_table::collector_drops_early<Concrete>(existing(), collector_threshold_);
    }
    void collect_until(Time now);
    void collect();
    void collect_as_seen(Time before);
    [[nodiscard]] bool collector_may_take(const Entry& entry) const;
    void drop_due_fillers();
};

}  // namespace conntrack

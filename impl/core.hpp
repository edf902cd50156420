// What a fast tracker does besides running protocols: entries come and go, observers hear of it, time passes, the full
// table makes room. The hot path stands in engine.hpp.
#pragma once

#include "impl/packet_facts.hpp"
#include "impl/table.hpp"
#include "impl/tracker.hpp"
#include "spec/announcement.hpp"
#include "spec/editions.hpp"
#include "spec/flow_settings.hpp"
#include "spec/icmp_judgement.hpp"
#include "spec/timer.hpp"

#include <utility>
#include <vector>

namespace conntrack::fast {

class Core : public Tracker {
  public:
    void advance(Time now) override;
    void flush(Time now) override;
    bool erase(const Tuple& tuple, Time now) override;
    void configure(Setting setting, std::uint32_t value) override;
    void set_mark(Handle entry, std::uint32_t mark) override;
    void close(Handle entry) override;

    [[nodiscard]] std::optional<Found> find(const Tuple& tuple) const override;
    [[nodiscard]] Entry entry(Handle entry) const override;
    void each_listed(const std::function<void(const Entry&)>& visit) const override;
    void each_in_limbo(const std::function<void(const Entry&)>& visit) const override;
    [[nodiscard]] std::size_t existing() const override { return store_.taken(); }
    [[nodiscard]] std::size_t linked() const override { return table_.linked(); }
    [[nodiscard]] Shape shape() const override;
    [[nodiscard]] std::uint32_t bucket(const Tuple& tuple, std::uint32_t buckets) const override {
        return bucket_of(table_.tag_of(tuple), buckets);
    }
    std::uint64_t take_refusals() override { return std::exchange(refusals_, 0); }
    [[nodiscard]] Time now() const override { return now_; }
    [[nodiscard]] const Edition& edition() const override { return edition_; }
    [[nodiscard]] const Modules& modules() const override { return options_.modules; }
    [[nodiscard]] const Settings& settings() const override { return settings_; }

  protected:
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
    std::array<std::array<flow::Timeouts, 2>, flow::kind_count> flow_timeouts_{};  // by Kind; IPv4, IPv6
    Table table_;
    EntryStore& store_;
    Timers& timers_;
    Time now_ = 0;

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
        if (store_[entry].life() == life::State::freed) store_.give_back(entry);
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
    [[nodiscard]] Table::Place look_up(const LookupKey& key, const Zone& zone);
    std::optional<Handling> judge_icmp(const Packet& packet, Flight flight, const Zone& zone, Clause& unmatched);
    Handling create(const PacketFacts& packet, const Zone& zone, Flight flight);
    bool insert(Handle entry, Flight flight);

    void note(PackedEntry& entry, EventBit bit) {
        entry.pending =
            static_cast<EventMask>(announcement::noted<Concrete>(entry.pending, bit, entry.has(Trait::reports)));
    }
    void notify(Handle entry, EventMask mask, Time time_left);
    void remove(Handle entry);
    void remove(Handle entry, Time time_left);

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
    }
    void expire_some() {
        if (timers_.may_be_due(now_)) expire(options_.expired_at_once);
    }

  private:
    static constexpr Time never = std::numeric_limits<Time>::max();
    EntryId next_id_ = 1;
    std::uint64_t refusals_ = 0;
    Time collector_begins_ = never;
    std::uint32_t collector_threshold_ = 0;  // the count from which the collector drops early; 0: it never does

    struct Candidate {
        std::uint64_t position;
        Handle entry;
        EntryId id;
    };
    std::vector<Candidate> candidates_;  // of one chain; kept for its memory

    Table::Place find_behind_expired(Handle entry, const LookupKey& key, Tag tag);
    Handling match_error(const Packet& packet, const InnerPacket* quoted, const Zone& zone, Flight flight);
    std::optional<Handle> make_entry(const Tuple& original, const Tuple& reply, const Zone& zone);
    [[nodiscard]] bool are_one_flow(Handle entry, const Table::Place& met) const;
    void enter(Handle entry, const clash::Entrance<Concrete>& way, Flight flight);
    void merge(Handle loser, Handle winner, Flight flight);
    [[nodiscard]] Time remaining(Handle entry) const;

    void expire(std::uint32_t at_most);
    bool expire_one();
    bool make_room(Tag wanting);
    bool drop_early(std::uint32_t bucket, std::size_t& seen);
    void add_candidate(Link link);
    void refuse();
    void collect_until(Time now);
    bool collect_from(std::uint32_t bucket, std::uint32_t& left);
    [[nodiscard]] bool collector_is_pressed() const;
    [[nodiscard]] bool collector_may_take(const PackedEntry& entry) const;
};

}  // namespace conntrack::fast

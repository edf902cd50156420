// The expectations, and what is known of their masters. It stands apart from tables of entries, so that several
// trackers, each with a thread of its own, may share one: a connection need not fall to the tracker of its master.
// Sources: ip_conntrack_core.c (2.6.9), nf_conntrack_expect.c.
#pragma once

#include "spec/expect/expectation.hpp"
#include "spec/helper/helper.hpp"

#include <atomic>
#include <functional>
#include <limits>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace conntrack::expect {

/// A master as it is when something is registered for it.
struct Master {
    MasterKey key;
    Tuple original, reply;
    bool confirmed = false;
    bool reports = false;  // its observers hear of its expectations
    std::uint32_t mark = 0;
};

/// An expected connection has begun.
struct Born {
    Expectation expectation;
    std::uint32_t mark;
    Tuple master_original, master_reply;
};

class Registry {
  public:
    using Told = std::vector<Notice>;

    explicit Registry(const Edition& edition) : edition_(edition) {}

    enum class Result : std::uint8_t { accepted, busy, too_many };
    /// Registers an expectation of `master`, and gives it its running number; 0: it was accepted without, since the
    /// same is expected already, or not at all. `most`: how many there may be of all masters.
    Result add(Expectation& expectation, const Master& master, const helper::Policy& policy, std::uint32_t most,
               Time now, Told& told);
    /// Takes one out again. `id`: the running number.
    void remove(std::uint64_t id, Time now, Told& told);

    /// Is anything expected at all? Without a lock.
    [[nodiscard]] bool empty() const { return count_.load(std::memory_order_acquire) == 0; }
    /// The first packet of a connection: was it announced? If so, the master gains a child. The zone of `first` is that
    /// of the packet.
    std::optional<Born> claim(const Tuple& first, Time now, Told& told);

    // --- what becomes of masters ------------------------------------------------------------------------------------

    void confirmed(const MasterKey& master);
    void marked(const MasterKey& master, std::uint32_t mark);
    /// It leaves the table, or is freed without having been there: what it announced is expected no more. How many
    /// children it has: in editions whose children keep their master, it lives until child_freed() says that it may go;
    /// in others they forget it.
    std::size_t deleted(const MasterKey& master, Time now, Told& told);
    /// A child has been freed by a tracker. True: it was the last one of a master of that tracker that is deleted. Of
    /// another one's, the other takes it from take_orphans().
    bool child_freed(const MasterKey& master, std::uint32_t tracker);
    /// Deleted masters whose last child has gone elsewhere.
    [[nodiscard]] bool has_orphans() const { return orphan_count_.load(std::memory_order_acquire) != 0; }
    std::vector<MasterKey> take_orphans(std::uint32_t tracker);
    [[nodiscard]] std::size_t children_of(const MasterKey& master) const;
    [[nodiscard]] std::size_t expected_of(const MasterKey& master) const;
    /// Is the master known, so that a child can name it?
    [[nodiscard]] bool knows(const MasterKey& master) const;

    // --- from outside -----------------------------------------------------------------------------------------------

    void advance(Time now, Told& told);
    /// Whether advance() would take something out.
    [[nodiscard]] bool may_be_due(Time now) const { return next_due_.load(std::memory_order_acquire) <= now; }
    void flush(Time now, Told& told);
    /// Visits all, the newest first.
    void each(const std::function<void(const Expectation&)>& visit) const;

  private:
    struct Known {
        Master master;
        bool deleted = false;
        std::size_t children = 0;
        std::size_t expected = 0;
    };
    using List = std::list<Expectation>;
    static constexpr Time never = std::numeric_limits<Time>::max();

    const Edition& edition_;
    mutable std::mutex mutex_;
    List list_;  // newest first
    std::map<MasterKey, Known> masters_;
    std::uint64_t last_id_ = 0;
    std::vector<MasterKey> orphans_;
    std::atomic<std::size_t> orphan_count_ = 0;
    std::atomic<std::size_t> count_ = 0;
    std::atomic<Time> next_due_ = never;

    [[nodiscard]] Situation<Concrete> situation_of(const Expectation& wanted, const helper::Policy& policy,
                                                   std::uint32_t most) const;
    [[nodiscard]] List::iterator find_identical(const Expectation& wanted);
    void evict_oldest_of(const MasterKey& master, std::uint8_t class_, Time now, Told& told);
    void insert(Expectation& expectation, Known& known, Time now, Told& told);
    void start(Expectation& expectation, const helper::Policy& policy, Time now) const;
    List::iterator erase(List::iterator at, Time now, Told& told);
    void reckon();
};

}  // namespace conntrack::expect

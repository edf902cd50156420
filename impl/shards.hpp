// Several fast trackers, each with a thread of its own. A flow belongs to one shard in both directions, so packets need
// no lock: a thread is the only one that touches its tracker, and whoever wants something of it posts a job.
#pragma once

#include "impl/shard_of.hpp"
#include "impl/tracker.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace conntrack::fast {

class Shards {
  public:
    using Job = std::function<void(Tracker&)>;

    /// Throws std::invalid_argument for 0 shards, and what make_tracker() throws.
    Shards(EditionId edition, std::uint32_t count, const Options& options = {});
    Shards(const Shards&) = delete;
    Shards& operator=(const Shards&) = delete;
    /// Does what was posted, and ends the threads.
    ~Shards();

    [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(workers_.size()); }
    [[nodiscard]] std::uint32_t shard_of(const Frame& frame) const {
        return fast::shard_of(frame, edition_, modules_, crossings_);
    }

    [[nodiscard]] std::uint32_t shard_of(const Tuple& tuple) const { return crossings_.shard_of(tuple); }
    /// How many tuples live in another shard than their hash says, since their flow is translated.
    [[nodiscard]] std::uint64_t crossing() const { return crossings_.size(); }

    /// The shard's thread runs the job, after those that were posted before. From any thread; a job that throws ends
    /// the program.
    void post(std::uint32_t shard, Job job);
    /// Waits until every job that was posted before has been done.
    void settle();

    /// Changes a setting in every shard. The maximum is divided among them; throws std::invalid_argument if that leaves
    /// one with nothing.
    void configure(Setting setting, std::uint32_t value);
    /// Lets time pass in every shard, and waits for that.
    void advance(Time now);
    /// Every listed entry of every shard, each shard as it is at one moment between two jobs.
    [[nodiscard]] std::vector<Entry> listed();

  private:
    struct Worker {
        std::unique_ptr<Tracker> tracker;
        std::mutex mutex;
        std::condition_variable changed;
        std::deque<Job> jobs;  // the first is being done while `busy`
        bool busy = false, ends = false;
        std::thread thread;
    };

    const Edition& edition_;
    Modules modules_;
    Crossings crossings_;
    expect::Registry expectations_;  // a connection may fall to another shard than its master
    std::vector<std::unique_ptr<Worker>> workers_;

    static void work(Worker& worker);
};

}  // namespace conntrack::fast

// Scenarios are played in any order by several threads; what came of them is taken in the order of their numbers, so
// that a report does not hang on who was faster.
#pragma once

#include "oracle/compare/coverage.hpp"
#include "oracle/compare/finding.hpp"
#include "oracle/compare/tally.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace conntrack::oracle {

/// What came of one scenario.
struct Outcome {
    Scenario scenario;
    Judged judged;
    Tally tally;
    Coverage::Met met;
    std::shared_ptr<const Findings> findings;  // by which it was judged
};

class Schedule {
  public:
    struct Limits {
        std::optional<std::size_t> scenarios = {};  // so many in all; otherwise one of the other two
        std::optional<std::chrono::seconds> lasts = {};
        std::size_t packets = 1;  // the scenario that reaches it is the last
        std::size_t ahead = 1;    // so many may be under way, or done before their turn
    };
    explicit Schedule(const Limits& limits) : limits_(limits), began_(std::chrono::steady_clock::now()) {}

    /// The next number, from 0 on. Waits as long as those that are under way may suffice. Nothing: that was all.
    std::optional<std::size_t> next();
    /// The scenario of a number that was given out has so many packets.
    void drawn(std::size_t number, std::size_t packets);
    /// Takes what is next in order; says how many packets it counts.
    using Take = std::function<std::size_t(Outcome&&)>;
    /// Of a number that was given out. Calls `take` for all whose turn has come, unless another thread is doing that.
    void done(std::size_t number, Outcome&& outcome, const Take& take);
    /// No number is given out any more, and nothing taken.
    void stop();
    /// How far it is: 0 to 1. By turns: what was done before its turn counts.
    [[nodiscard]] double part();

  private:
    const Limits limits_;
    const std::chrono::steady_clock::time_point began_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t next_ = 0;          // to be given out
    std::size_t turn_ = 0;          // to be taken
    std::size_t packets_ = 0;       // that were taken
    std::size_t on_their_way_ = 0;  // packets that were drawn and not taken
    std::map<std::size_t, std::size_t> drawn_;
    std::map<std::size_t, Outcome> waiting_;
    bool is_taking_ = false, has_ended_ = false;

    [[nodiscard]] bool may_suffice() const;
    [[nodiscard]] bool is_over() const;
};

}  // namespace conntrack::oracle

// The comparison as a whole: random scenarios or given ones against the model, by one adapter or several at once;
// disagreements are shrunk and put into groups of one cause.
#pragma once

#include "oracle/compare/coverage.hpp"
#include "oracle/compare/finding.hpp"
#include "oracle/compare/judge.hpp"
#include "oracle/compare/schedule.hpp"
#include "oracle/compare/tally.hpp"
#include "oracle/compare/waiters.hpp"
#include "oracle/traffic/traffic.hpp"

#include <chrono>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace conntrack::oracle {

struct CompareOptions {
    EditionId edition = EditionId::linux_6_18;
    traffic::Profile profile = traffic::Profile::mixed;
    std::uint64_t seed = 1;                          // of the first scenario; the next has the next number
    std::size_t packets_max = 10'000;                // random scenarios end with the one that reaches it
    std::optional<std::chrono::seconds> lasts = {};  // instead of packets_max
    std::vector<Scenario> scenarios = {};            // instead of random ones
    std::size_t jobs = 1;                            // so many scenarios are played at once
    std::uint32_t waits_one_in = 0;                  // of so many random scenarios one waits for its timeouts; 0: none
};

/// Disagreements of one cause: of one known difference, or of one look.
struct Group {
    std::string cause;  // of the shortest
    std::string known;  // what explains it; empty: nothing that is known
    std::size_t times = 0;
    std::string first_seen;       // the name of the scenario as it was drawn, or given
    std::size_t first_steps = 0;  // how long that was
    Scenario scenario;            // the shortest that shows it
    Judged shortest;              // the same as it was played, with the model's steps
};

class Compare {
  public:
    /// `adapter` plays in the thread that calls run(); `more` makes those for other threads. Without it there are none:
    /// one scenario is played after the other.
    Compare(Adapter& adapter, CompareOptions options, MakeAdapter more = {});

    /// Is called with each new group, and often with how far it is (0 to 1). By one thread at a time.
    std::function<void(const Group&)> on_group = [](const Group&) {};
    std::function<void(double)> on_progress = [](double) {};

    /// The same scenarios come to the same groups in the same order, however many jobs there are, with a program that
    /// always does the same.
    void run();

    [[nodiscard]] const std::vector<Group>& groups() const { return groups_; }
    [[nodiscard]] const Tally& tally() const { return tally_; }
    [[nodiscard]] const Coverage& coverage() const { return coverage_; }
    [[nodiscard]] std::size_t unexplained() const;

  private:
    Adapter& adapter_;
    CompareOptions options_;
    MakeAdapter more_;
    Schedule schedule_;
    std::mutex mutex_;  // of the two that follow, and of on_progress
    std::shared_ptr<const Findings> findings_;
    std::exception_ptr error_;

    // These belong to the thread whose turn it is to take outcomes.
    Tally tally_;
    Coverage coverage_;
    std::vector<Group> groups_;
    struct Shrunk {
        std::size_t group = 0, times = 0;
    };
    std::map<std::string, Shrunk> causes_;  // as they were before shrinking

    [[nodiscard]] Schedule::Limits limits() const;
    [[nodiscard]] bool waits(std::size_t number) const;
    [[nodiscard]] std::shared_ptr<const Findings> findings();
    void work(Adapter& adapter, Waiters* waiters);
    void play(std::size_t number, Adapter& adapter);
    void fail(std::exception_ptr error);
    traffic::Traffic draw(std::size_t number, Coverage::Met& met) const;
    std::size_t take(Outcome&& outcome, Adapter& adapter);
    void disagree(const Scenario& scenario, const Judged& judged, Adapter& adapter);
    Scenario shortest_of(const Scenario& scenario, const std::string& looks, Adapter& adapter);
};

}  // namespace conntrack::oracle

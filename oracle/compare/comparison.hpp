// The comparison as a whole: random scenarios or given ones, one after another, against the model; disagreements are
// shrunk and put into groups of one cause.
#pragma once

#include "oracle/compare/coverage.hpp"
#include "oracle/compare/finding.hpp"
#include "oracle/compare/judge.hpp"
#include "oracle/traffic/traffic.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace conntrack::oracle {

struct CompareOptions {
    EditionId edition = EditionId::linux_6_18;
    traffic::Profile profile = traffic::Profile::mixed;
    std::uint64_t seed = 1;                     // of the first scenario; the next has the next number
    std::size_t packets_max = 10'000;           // random scenarios end with the one that reaches it
    std::optional<std::chrono::seconds> lasts;  // instead of packets_max
    std::vector<Scenario> scenarios;            // instead of random ones
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

struct Tally {
    struct Field {
        std::size_t compared = 0, differ = 0;
    };
    std::size_t packets = 0, scenarios = 0;
    double seconds = 0;
    std::map<std::string, Field> fields;
};

class Compare {
  public:
    Compare(Adapter& adapter, CompareOptions options)
        : adapter_(adapter),
          options_(std::move(options)),
          coverage_(options_.edition),
          findings_(adapter.name(), adapter.tracks_as(), options_.edition) {}

    /// Is called with each new group, and often with how far it is (0 to 1).
    std::function<void(const Group&)> on_group = [](const Group&) {};
    std::function<void(double)> on_progress = [](double) {};

    void run();

    [[nodiscard]] const std::vector<Group>& groups() const { return groups_; }
    [[nodiscard]] const Tally& tally() const { return tally_; }
    [[nodiscard]] const Coverage& coverage() const { return coverage_; }
    [[nodiscard]] std::size_t unexplained() const;

  private:
    Adapter& adapter_;
    CompareOptions options_;
    Tally tally_;
    Coverage coverage_;
    Findings findings_;
    std::vector<Group> groups_;
    struct Shrunk {
        std::size_t group = 0, times = 0;
    };
    std::map<std::string, Shrunk> causes_;  // as they were before shrinking

    [[nodiscard]] double done(std::chrono::steady_clock::time_point began) const;
    Judged judge(const Scenario& scenario, Keep keep = Keep::nothing);
    void play(const Scenario& scenario);
    void count(const Judged& judged);
    void disagree(const Scenario& scenario, const Judged& judged);
};

}  // namespace conntrack::oracle

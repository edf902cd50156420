#include "oracle/compare/comparison.hpp"

#include "oracle/compare/shrink.hpp"

#include <algorithm>

namespace conntrack::oracle {

namespace {

/// Of the first so many disagreements that look alike, each is shrunk: they may have different causes.
constexpr std::size_t shrunk_alike = 3;

/// The part of a line that a difference lies in: "verdict.ct", "entry", "events".
std::string part_of(const std::string& field) {
    const std::string head = field.substr(0, field.find_first_of(".["));
    return head == "verdict" ? field.substr(0, field.find('[')) : head;
}

}  // namespace

std::size_t Compare::unexplained() const {
    return static_cast<std::size_t>(std::ranges::count_if(groups_, [](const Group& g) { return g.known.empty(); }));
}

double Compare::done(std::chrono::steady_clock::time_point began) const {
    if (!options_.scenarios.empty())
        return static_cast<double>(tally_.scenarios) / static_cast<double>(options_.scenarios.size());
    if (options_.lasts)
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - began) /
               std::chrono::duration<double>(*options_.lasts);
    return static_cast<double>(tally_.packets) / static_cast<double>(std::max<std::size_t>(options_.packets_max, 1));
}

void Compare::run() {
    const auto began = std::chrono::steady_clock::now();
    for (const Scenario& scenario : options_.scenarios) {
        play(scenario);
        on_progress(done(began));
    }
    const traffic::TrafficOptions drawn{options_.profile, options_.edition, !adapter_.keeps_real_time(),
                                        [this](const auto& judged) { coverage_.meet(judged); }};
    for (std::uint64_t seed = options_.seed; options_.scenarios.empty() && done(began) < 1; ++seed) {
        const traffic::Traffic traffic = traffic::make_traffic(seed, drawn);
        coverage_.meet(traffic.clauses);
        play(traffic.scenario);
        on_progress(done(began));
    }
    tally_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

Judged Compare::judge(const Scenario& scenario, Keep keep) {
    return oracle::judge(
        adapter_, scenario, [this](const Recording& r, Keep kept) { return findings_.check(r, kept); }, keep);
}

void Compare::play(const Scenario& scenario) {
    const Judged judged = judge(scenario);
    ++tally_.scenarios;
    count(judged);
    if (!judged.agrees()) disagree(scenario, judged);
}

void Compare::count(const Judged& judged) {
    // A program that answers nothing makes no progress otherwise.
    tally_.packets += std::max<std::size_t>(judged.packets, judged.played.failure ? 1 : 0);
    const std::size_t last = judged.disagreement ? judged.disagreement->step : judged.played.recording.steps.size();
    for (const RecordedStep& s : judged.played.recording.steps) {
        if (static_cast<std::size_t>(&s - judged.played.recording.steps.data()) > last) break;
        for (const auto& [key, value] : s.line.items()) {
            if (key == "verdict" && value.is_object())
                for (const auto& [field, ignored] : value.items()) ++tally_.fields["verdict." + field].compared;
            else if (key == "entry" || key == "events" || key == "table" || key == "expect")
                ++tally_.fields[key].compared;
        }
    }
    if (judged.disagreement) ++tally_.fields[part_of(judged.disagreement->difference.field)].differ;
}

void Compare::disagree(const Scenario& scenario, const Judged& judged) {
    const std::string looks = cause_of(judged);
    Shrunk& alike = causes_[looks];
    if (++alike.times > shrunk_alike) {
        ++groups_[alike.group].times;
        return;
    }
    Scenario shortest =
        shrink(scenario, [&](const Scenario& candidate) { return cause_of(judge(candidate)) == looks; });
    Judged again = judge(shortest, Keep::steps);
    // What does not happen a second time is shown as it happened.
    if (again.agrees()) {
        again = judged;
        shortest = scenario;
        again.model = findings_.check(judged.played.recording, Keep::steps).model;
    }
    const std::string cause = cause_of(again), known = findings_.explained(again);
    // What is explained has been taken over: the same look has another cause from now on.
    if (!known.empty()) alike.times = 0;
    const auto found =
        std::ranges::find_if(groups_, [&](const Group& g) { return g.known == known && g.cause == cause; });
    alike.group = static_cast<std::size_t>(found - groups_.begin());
    if (found != groups_.end()) {
        ++found->times;
        return;
    }
    groups_.push_back({.cause = cause,
                       .known = known,
                       .times = 1,
                       .first_seen = scenario.name,
                       .first_steps = scenario.steps.size(),
                       .scenario = std::move(shortest),
                       .shortest = std::move(again)});
    on_group(groups_.back());
}

}  // namespace conntrack::oracle

#include "oracle/compare/comparison.hpp"

#include "oracle/compare/shrink.hpp"

#include <algorithm>
#include <utility>

namespace conntrack::oracle {

namespace {

/// Of the first so many disagreements that look alike, each is shrunk: they may have different causes.
constexpr std::size_t shrunk_alike = 3;
/// Scenarios that really wait are shrunk no longer than this.
constexpr std::chrono::minutes longest_shrinking(3);
/// So many scenarios may wait at once, each in a thread with an adapter of its own.
constexpr std::size_t waiters_max = 64;

Judged judge_by(const Findings& findings, Adapter& adapter, const Scenario& scenario, Keep keep = Keep::nothing) {
    return judge(
        adapter, scenario, [&](const Recording& r, Keep kept) { return findings.check(r, kept); }, keep);
}

Judged judge_again(const Findings& findings, Judged&& judged) {
    return judge(std::move(judged.played), [&](const Recording& r, Keep kept) { return findings.check(r, kept); });
}

}  // namespace

Compare::Compare(Adapter& adapter, CompareOptions options, MakeAdapter more)
    : adapter_(adapter),
      options_(std::move(options)),
      more_(std::move(more)),
      schedule_(limits()),
      findings_(std::make_shared<const Findings>(adapter.name(), adapter.tracks_as(), options_.edition)),
      coverage_(options_.edition) {}

/// What waits for its turn is kept: whole, if it may have to be judged again.
Schedule::Limits Compare::limits() const {
    constexpr std::size_t each = 64, with_waits = 1U << 16U;
    Schedule::Limits out{.lasts = options_.lasts,
                         .packets = std::max<std::size_t>(options_.packets_max, 1),
                         .ahead = adapter_.keeps_real_time() ? with_waits : each * options_.jobs};
    if (!options_.scenarios.empty()) out.scenarios = options_.scenarios.size();
    return out;
}

std::size_t Compare::unexplained() const {
    return static_cast<std::size_t>(std::ranges::count_if(groups_, [](const Group& g) { return g.known.empty(); }));
}

bool Compare::waits(std::size_t number) const {
    return options_.waits_one_in != 0 && options_.scenarios.empty() &&
           (options_.seed + number) % options_.waits_one_in == 0;
}

std::shared_ptr<const Findings> Compare::findings() {
    const std::lock_guard lock(mutex_);
    return findings_;
}

void Compare::fail(std::exception_ptr error) {
    {
        const std::lock_guard lock(mutex_);
        if (!error_) error_ = std::move(error);
    }
    schedule_.stop();
}

void Compare::run() {
    const auto began = std::chrono::steady_clock::now();
    {
        std::unique_ptr<Waiters> waiters;
        const auto failed = [&](std::exception_ptr error) {
            fail(std::move(error));
            if (waiters) waiters->stop();
        };
        if (more_ && adapter_.keeps_real_time() && options_.waits_one_in != 0)
            waiters = std::make_unique<Waiters>(
                waiters_max, more_, [this](std::size_t number, Adapter& adapter) { play(number, adapter); }, failed);
        const auto in_a_thread = [&](const std::function<void()>& worker) {
            try {
                worker();
            } catch (...) {
                failed(std::current_exception());
            }
        };
        std::vector<std::jthread> threads;
        for (std::size_t job = 1; more_ && job < options_.jobs; ++job)
            threads.emplace_back(in_a_thread, [&] { work(*more_(), waiters.get()); });
        in_a_thread([&] { work(adapter_, waiters.get()); });
    }
    if (error_) std::rethrow_exception(error_);
    tally_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    on_progress(1);
}

void Compare::work(Adapter& adapter, Waiters* waiters) {
    while (const auto number = schedule_.next()) {
        if (waiters != nullptr && waits(*number))
            waiters->give(*number);
        else
            play(*number, adapter);
    }
}

traffic::Traffic Compare::draw(std::size_t number, Coverage::Met& met) const {
    if (!options_.scenarios.empty()) return {.scenario = options_.scenarios[number], .packets = 0, .clauses = {}};
    traffic::Waits kind = adapter_.keeps_real_time() ? traffic::Waits::none : traffic::Waits::any;
    if (waits(number)) kind = traffic::Waits::seconds;
    return traffic::make_traffic(options_.seed + number, {options_.profile, options_.edition, kind,
                                                          [&](const auto& judged) { coverage_.note(met, judged); }});
}

void Compare::play(std::size_t number, Adapter& adapter) {
    Outcome outcome;
    traffic::Traffic traffic = draw(number, outcome.met);
    schedule_.drawn(number, traffic.packets);
    outcome.met.clauses = traffic.clauses;
    outcome.findings = findings();
    outcome.scenario = std::move(traffic.scenario);
    outcome.judged = judge_by(*outcome.findings, adapter, outcome.scenario);
    outcome.tally = counted(outcome.judged);
    // Nobody asks again for what agrees, unless other findings may come.
    if (outcome.judged.agrees() && outcome.findings->are_fixed()) {
        outcome.judged = {};
        outcome.scenario = {};
    }
    schedule_.done(number, std::move(outcome), [&](Outcome&& turn) { return take(std::move(turn), adapter); });
    const double part = schedule_.part();
    const std::lock_guard lock(mutex_);
    on_progress(part);
}

std::size_t Compare::take(Outcome&& outcome, Adapter& adapter) {
    if (const auto now = findings(); now != outcome.findings) {
        outcome.judged = judge_again(*now, std::move(outcome.judged));
        outcome.tally = counted(outcome.judged);
    }
    coverage_.meet(outcome.met);
    tally_ += outcome.tally;
    if (!outcome.judged.agrees()) disagree(outcome.scenario, outcome.judged, adapter);
    return outcome.tally.packets;
}

Scenario Compare::shortest_of(const Scenario& scenario, const std::string& looks, Adapter& adapter) {
    const std::shared_ptr<const Findings> by = findings();
    const bool really_waits = adapter.keeps_real_time() && scenario.steps.back().at > 0;
    const auto until = std::chrono::steady_clock::now() + longest_shrinking;
    const auto still_shows = [&](const Scenario& candidate) {
        if (really_waits && std::chrono::steady_clock::now() > until) return false;
        return cause_of(judge_by(*by, adapter, candidate)) == looks;
    };
    // What hangs on a moment does not come again.
    if (really_waits && !still_shows(scenario)) return scenario;
    return shrink(scenario, still_shows);
}

void Compare::disagree(const Scenario& scenario, const Judged& judged, Adapter& adapter) {
    const std::string looks = cause_of(judged);
    Shrunk& alike = causes_[looks];
    if (++alike.times > shrunk_alike) {
        ++groups_[alike.group].times;
        return;
    }
    Findings found_out = *findings();
    Scenario shortest = shortest_of(scenario, looks, adapter);
    Judged again = judge_by(found_out, adapter, shortest, Keep::steps);
    // What does not happen a second time is shown as it happened.
    if (again.agrees()) {
        again = judged;
        shortest = scenario;
        again.model = found_out.check(judged.played.recording, Keep::steps).model;
    }
    const std::string cause = cause_of(again), known = found_out.explained(again);
    // What is explained has been taken over: the same look has another cause from now on.
    if (!known.empty()) {
        alike.times = 0;
        const std::lock_guard lock(mutex_);
        findings_ = std::make_shared<const Findings>(std::move(found_out));
    }
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

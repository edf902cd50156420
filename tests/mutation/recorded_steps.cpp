#include "tests/mutation/recorded_steps.hpp"

#include "model/other_machines.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>

namespace conntrack::testing {

namespace {

using proofs::Cell;

Cell cell_of(const tcp::Step<Concrete>& step) { return {step.old, step.dir, step.cls}; }

/// The edition's machine, which tells of every step.
class WatchedMachine final : public TcpMachine {
  public:
    using Tell = std::function<void(const tcp::Step<Concrete>&, tcp::State, const tcp::Outcome<Concrete>&)>;
    WatchedMachine(EditionId edition, const Tell& tell) : machine_(make_edition_tcp_machine(edition)), tell_(tell) {}

    tcp::Outcome<Concrete> receive(const tcp::Judged<Concrete>& judged) override {
        const auto outcome = machine_->receive(judged);
        tell_(judged.step, machine_->state(), outcome);
        return outcome;
    }
    [[nodiscard]] tcp::State state() const override { return machine_->state(); }
    void restore(tcp::State state) override { machine_->restore(state); }

  private:
    std::unique_ptr<TcpMachine> machine_;
    const Tell& tell_;
};

using Runners = std::map<Cell, CellRunner>;

Runners runners_of(const proofs::Semantics& semantics, const std::vector<Cell>& cells) {
    Runners out;
    for (const Cell& cell : cells) out.try_emplace(cell, semantics, cell);
    return out;
}

/// The edition's machine, but in the cells that are run as terms.
class ChangedMachine final : public TcpMachine {
  public:
    ChangedMachine(EditionId edition, Runners& changed)
        : machine_(make_edition_tcp_machine(edition)), changed_(changed) {}

    tcp::Outcome<Concrete> receive(const tcp::Judged<Concrete>& judged) override {
        const auto changed = changed_.find(cell_of(judged.step));
        if (changed == changed_.end()) return machine_->receive(judged);
        const Numbers out = changed->second.run(numbers_of(judged.step));
        machine_->restore(static_cast<tcp::State>(out.front()));
        return outcome_of(out);
    }
    [[nodiscard]] tcp::State state() const override { return machine_->state(); }
    void restore(tcp::State state) override { machine_->restore(state); }

  private:
    std::unique_ptr<TcpMachine> machine_;
    Runners& changed_;
};

/// A sample comes out differently, but for the clause that is named.
bool differs(const Numbers& a, const Numbers& b) {
    static const std::size_t reason = [] {
        std::size_t place = 1, found = 0;
        each_field<Concrete>(tcp::Outcome<Concrete>{}, [&](const char* name, auto) {
            if (std::string_view(name) == "reason") found = place;
            ++place;
        });
        return found;
    }();
    for (std::size_t i = 0; i < a.size(); ++i)
        if (i != reason && a[i] != b[i]) return true;
    return false;
}

}  // namespace

RecordedSteps::RecordedSteps(const std::string& directory, EditionId edition) {
    std::vector<std::string> files;
    for (const auto& file :
         std::filesystem::directory_iterator(directory + "/" + std::string(conntrack::edition(edition).name)))
        files.push_back(file.path().string());
    std::sort(files.begin(), files.end());
    std::map<Cell, std::vector<Sample>> seen;
    const WatchedMachine::Tell tell = [&](const auto& step, tcp::State next, const auto& outcome) {
        if (step.segment.ack_shift != 0) return;  // the relation is read for numbers that nobody shifts
        seen[cell_of(step)].push_back({numbers_of(step), numbers_of(next, outcome), recordings_.size()});
    };
    const OtherTcpMachines watched([&](EditionId id) { return std::make_unique<WatchedMachine>(id, tell); });
    bool holds_chunks = false;
    const OtherSctpMachines associations([&](EditionId id) {
        holds_chunks = true;
        return make_edition_sctp_machine(id);
    });
    for (const std::string& file : files) {
        oracle::read_recordings(file, [&](oracle::Recording&& recording) {
            seen.clear();
            holds_chunks = false;
            if (disagreement_with(recording)) return;
            if (holds_chunks) chunks_.add(recording);
            for (auto& [cell, samples] : seen)
                std::move(samples.begin(), samples.end(), std::back_inserter(samples_[cell]));
            recordings_.push_back(std::move(recording));
        });
    }
}

std::size_t RecordedSteps::steps() const {
    std::size_t out = 0;
    for (const auto& [cell, samples] : samples_) out += samples.size();
    return out;
}

std::size_t RecordedSteps::different_steps(const proofs::Semantics& mutated, const std::vector<Cell>& cells) const {
    std::size_t out = 0;
    for (const Cell& cell : cells) {
        const auto samples = samples_.find(cell);
        if (samples == samples_.end()) continue;
        CellRunner runner(mutated, cell);
        for (const Sample& sample : samples->second) out += runner.run(sample.step) == sample.came_out ? 0U : 1U;
    }
    return out;
}

std::size_t RecordedSteps::sort_by_use(const proofs::Semantics& mutated, std::vector<Cell>& cells) const {
    const auto unused = std::stable_partition(cells.begin(), cells.end(), [&](const Cell& cell) {
        const auto samples = samples_.find(cell);
        if (samples == samples_.end()) return false;
        CellRunner runner(mutated, cell);
        return std::any_of(samples->second.begin(), samples->second.end(),
                           [&](const Sample& s) { return differs(runner.run(s.step), s.came_out); });
    });
    return static_cast<std::size_t>(unused - cells.begin());
}

/// The recordings in which some step comes out differently, those with most such steps first.
std::vector<std::size_t> RecordedSteps::touched(const proofs::Semantics& mutated,
                                                const std::vector<Cell>& cells) const {
    std::map<std::size_t, std::size_t> count;
    for (const Cell& cell : cells) {
        const auto samples = samples_.find(cell);
        if (samples == samples_.end()) continue;
        CellRunner runner(mutated, cell);
        for (const Sample& sample : samples->second)
            if (differs(runner.run(sample.step), sample.came_out)) ++count[sample.recording];
    }
    std::vector<std::size_t> out;
    for (const auto& [recording, steps] : count) out.push_back(recording);
    std::stable_sort(out.begin(), out.end(), [&](std::size_t a, std::size_t b) { return count[a] > count[b]; });
    return out;
}

std::optional<std::string> RecordedSteps::refute(const proofs::Semantics& mutated,
                                                 const std::vector<Cell>& cells) const {
    Runners runners = runners_of(mutated, cells);
    const OtherTcpMachines changed([&](EditionId id) { return std::make_unique<ChangedMachine>(id, runners); });
    for (const std::size_t i : touched(mutated, cells))
        if (auto disagreement = disagreement_with(recordings_[i])) return disagreement;
    return std::nullopt;
}

std::optional<std::string> RecordedSteps::refute(const std::string& sysctl, std::uint32_t value) const {
    for (const oracle::Recording& recording : recordings_) {
        oracle::Recording changed = recording;
        auto& values = changed.scenario.sysctl.values;
        values.emplace(values.begin(), sysctl, value);  // what the scenario sets comes after it
        if (auto disagreement = disagreement_with(changed)) return disagreement;
    }
    return std::nullopt;
}

}  // namespace conntrack::testing

#include "proofs/prover.hpp"

#include "proofs/cpu_time.hpp"
#include "proofs/smtlib.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace conntrack::proofs {

namespace {

Decided decide(Solver& solver, const Obligation& obligation) {
    Solved solved = solver.check(obligation.formula.ref());
    return {obligation.name, obligation.must_be_possible, solved.answer, solved.seconds,
            solved.folded,   std::move(solved.model)};
}

/// Violated: some obligation was refuted the wrong way; but a companion that cannot be met shows nothing, and neither
/// does a question that was not answered.
Result result_of(const std::vector<Decided>& decided) {
    bool violated = false;
    for (const Decided& d : decided) {
        if (d.answer == Answer::unknown || (d.must_be_possible && !d.as_it_should())) return Result::unknown;
        violated = violated || !d.as_it_should();
    }
    return violated ? Result::violated : Result::proved;
}

void write_smt2(const std::string& directory, const Report& report, const std::vector<Obligation>& obligations) {
    const std::string name = std::string(report.theorem->name) + "." + std::string(edition(report.edition).name);
    const std::string path = directory + "/" + name + ".smt2";
    std::ofstream out(path);
    for (std::size_t i = 0; i < obligations.size(); ++i) {
        const bool satisfiable = report.decided[i].answer == Answer::satisfiable;
        out << smtlib_text(name + ": " + obligations[i].name, obligations[i].formula.ref(), satisfiable) << "(reset)\n";
    }
    if (!out.flush()) throw std::runtime_error(path + ": cannot be written");
}

/// One theorem in one edition, while threads work on it.
struct Task {
    Report report;
    std::unique_ptr<Semantics> semantics;
    std::vector<Obligation> obligations;
    std::size_t open = 0;  // obligations that are not decided yet
};

/// Hands out work to threads: obligations that are there before theorems that have yet to be stated.
class Workshop {
  public:
    Workshop(std::vector<Task>& tasks, const ProveOptions& options) : tasks_(tasks), options_(options) {}

    void run() {
        std::vector<std::thread> threads;
        for (unsigned i = 0; i < std::max(1U, options_.threads); ++i) threads.emplace_back([this] { work(); });
        for (std::thread& thread : threads) thread.join();
        if (failure_) std::rethrow_exception(failure_);
    }

  private:
    struct Piece {
        Task* task;
        std::size_t obligation;
    };
    std::vector<Task>& tasks_;
    const ProveOptions& options_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t next_task_ = 0, unfinished_ = 0;
    std::deque<Piece> pieces_;
    std::exception_ptr failure_;

    void work() {
        Solver solver(options_.timeout_s);
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [this] {
                return failure_ || !pieces_.empty() || next_task_ < tasks_.size() || unfinished_ == 0;
            });
            if (failure_ || (pieces_.empty() && next_task_ == tasks_.size())) return;
            try {
                if (!pieces_.empty())
                    decide_piece(solver, lock);
                else
                    state_task(solver, lock);
            } catch (...) {
                if (!lock.owns_lock()) lock.lock();
                failure_ = std::current_exception();
            }
            changed_.notify_all();
        }
    }

    void state_task(Solver& solver, std::unique_lock<std::mutex>& lock) {
        Task& task = tasks_[next_task_++];
        ++unfinished_;
        lock.unlock();
        const double start = cpu_seconds();
        task.semantics = std::make_unique<Semantics>(task.report.edition);
        Statement statement(*task.semantics);
        task.report.theorem->state(statement);
        task.obligations = statement.take();
        task.report.decided.resize(task.obligations.size());
        task.open = task.obligations.size();
        task.report.seconds = cpu_seconds() - start;
        lock.lock();
        for (std::size_t i = 0; i < task.obligations.size(); ++i) pieces_.push_back({&task, i});
        if (task.obligations.empty()) finish(task, solver, lock);
    }

    void decide_piece(Solver& solver, std::unique_lock<std::mutex>& lock) {
        const auto [task, obligation] = pieces_.front();
        pieces_.pop_front();
        lock.unlock();
        Decided decided = decide(solver, task->obligations[obligation]);
        lock.lock();
        task->report.seconds += decided.seconds;
        task->report.decided[obligation] = std::move(decided);
        if (--task->open == 0) finish(*task, solver, lock);
    }

    void finish(Task& task, Solver& solver, std::unique_lock<std::mutex>& lock) {
        lock.unlock();
        Report& report = task.report;
        report.result = result_of(report.decided);
        if (!options_.smt2_directory.empty()) write_smt2(options_.smt2_directory, report, task.obligations);
        if (options_.find_traces && report.result == Result::violated && report.theorem->trace != nullptr) {
            const double start = cpu_seconds();
            report.trace = report.theorem->trace(*task.semantics, solver);
            report.seconds += cpu_seconds() - start;
        }
        lock.lock();
        task.obligations.clear();
        --unfinished_;
    }
};

bool wanted(const Theorem& theorem, const ProveOptions& options) {
    const auto& names = options.names;
    return names.empty() || std::find(names.begin(), names.end(), theorem.name) != names.end();
}

}  // namespace

std::vector<Report> prove(const ProveOptions& options) {
    for (const std::string& name : options.names) {
        const auto is = [&](const Theorem& theorem) { return theorem.name == name; };
        if (std::none_of(all_theorems().begin(), all_theorems().end(), is))
            throw std::runtime_error("no theorem is named \"" + name + "\"; --list names them all");
    }
    if (!options.smt2_directory.empty()) std::filesystem::create_directories(options.smt2_directory);
    std::vector<Task> tasks;
    for (const Theorem& theorem : all_theorems()) {
        if (!wanted(theorem, options)) continue;
        for (const EditionId id : all_editions) {
            if (theorem.expected_in(id) == Result::absent || (options.edition && options.edition != id)) continue;
            tasks.push_back({{&theorem, id, Result::unknown, {}, 0, {}}, nullptr, {}, 0});
        }
    }
    Workshop(tasks, options).run();
    std::vector<Report> out;
    out.reserve(tasks.size());
    for (Task& task : tasks) out.push_back(std::move(task.report));
    return out;
}

Report prove_one(const Theorem& theorem, const Semantics& semantics, unsigned timeout_s) {
    Report report{&theorem, semantics.edition.id, Result::unknown, {}, 0, {}};
    Statement statement(semantics);
    theorem.state(statement);
    Solver solver(timeout_s);
    for (const Obligation& obligation : statement.take()) {
        report.decided.push_back(decide(solver, obligation));
        if (!report.decided.back().as_it_should()) break;
    }
    report.result = result_of(report.decided);
    return report;
}

}  // namespace conntrack::proofs

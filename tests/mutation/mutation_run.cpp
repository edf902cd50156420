#include "tests/mutation/mutation_run.hpp"

#include "tests/mutation/judge.hpp"

#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <cstdio>
#include <deque>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace conntrack::testing {

namespace {

using nlohmann::json;
using proofs::Mutant;

/// A process that judges some mutants in their order and writes a line about each.
class Worker {
  public:
    Worker(MutantJudge& judge, const std::vector<const Mutant*>& mutants) {
        std::array<int, 2> ends{};
        if (pipe(ends.data()) != 0) throw std::runtime_error("pipe() failed");
        std::fflush(nullptr);
        process_ = fork();
        if (process_ < 0) throw std::runtime_error("fork() failed");
        if (process_ == 0) {
            close(ends[0]);
            work(judge, mutants, ends[1]);
        }
        close(ends[1]);
        lines_ = fdopen(ends[0], "r");
    }
    Worker(Worker&& from) noexcept : process_(from.process_), lines_(from.lines_) { from.lines_ = nullptr; }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    Worker& operator=(Worker&&) = delete;
    ~Worker() {
        if (lines_ == nullptr) return;
        std::fclose(lines_);
        waitpid(process_, nullptr, 0);
    }

    /// Waits for it to end, and calls each(line).
    template <class Each>
    void finish(Each each) {
        std::string line;
        for (int c = std::fgetc(lines_); c != EOF; c = std::fgetc(lines_)) {
            if (c != '\n') {
                line += static_cast<char>(c);
                continue;
            }
            each(line);
            line.clear();
        }
        std::fclose(lines_);
        lines_ = nullptr;
        int status = 0;
        waitpid(process_, &status, 0);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
            throw std::runtime_error("a process that judges mutants has failed");
    }

  private:
    pid_t process_;
    std::FILE* lines_ = nullptr;

    [[noreturn]] static void work(MutantJudge& judge, const std::vector<const Mutant*>& mutants, int end) {
        int status = 1;
        try {
            std::FILE* out = fdopen(end, "w");
            for (const Mutant* mutant : mutants) {
                const MutantVerdict v = judge.judge(*mutant);
                const json line = {{"fate", static_cast<int>(v.fate)}, {"by", v.by}, {"seconds", v.seconds}};
                std::fputs((line.dump() + "\n").c_str(), out);
                std::fflush(out);
            }
            status = std::fclose(out);
        } catch (const std::exception& e) {
            std::fprintf(stderr, "%s\n", e.what());
        }
        _exit(status);
    }
};

std::vector<const Mutant*> chosen(const std::vector<Mutant>& mutants, const RunOptions& options) {
    std::vector<const Mutant*> out;
    std::size_t number = 0;
    for (const Mutant& mutant : mutants) {
        if (mutant.name.find(options.only) == std::string::npos) continue;
        if (number++ % options.every == options.offset) out.push_back(&mutant);
    }
    return out;
}

bool is_of_a_cell(const Mutant& mutant) { return mutant.cell || mutant.sctp_cell; }

/// As many as one process takes: what changes every cell makes many terms.
std::vector<const Mutant*> take_batch(std::deque<const Mutant*>& waiting) {
    constexpr std::size_t of_a_cell = 100, of_all_cells = 4;
    std::vector<const Mutant*> out;
    while (!waiting.empty() && out.size() < (is_of_a_cell(*waiting.front()) ? of_a_cell : of_all_cells)) {
        out.push_back(waiting.front());
        waiting.pop_front();
    }
    return out;
}

void run_edition(EditionId edition, const RunOptions& options, std::vector<MutantVerdict>& verdicts,
                 const std::function<void(const MutantVerdict&)>& each) {
    const std::vector<Mutant> mutants = proofs::all_mutants(edition);
    const auto wanted = chosen(mutants, options);
    if (wanted.empty()) return;
    MutantJudge judge(edition, options.recordings);
    std::deque<const Mutant*> waiting(wanted.begin(), wanted.end());
    struct Batch {
        std::vector<const Mutant*> mutants;
        Worker worker;
    };
    std::deque<Batch> running;
    while (!waiting.empty() || !running.empty()) {
        while (!waiting.empty() && running.size() < options.processes) {
            auto batch = take_batch(waiting);
            Worker worker(judge, batch);
            running.push_back({std::move(batch), std::move(worker)});
        }
        Batch& first = running.front();
        std::size_t told = 0;
        first.worker.finish([&](const std::string& line) {
            const json v = json::parse(line);
            const Mutant& mutant = *first.mutants.at(told++);
            verdicts.push_back({mutant.edition, mutant.kind, mutant.name, static_cast<Fate>(v.at("fate").get<int>()),
                                v.at("by").get<std::string>(), v.at("seconds").get<double>()});
            each(verdicts.back());
        });
        if (told != first.mutants.size()) throw std::runtime_error("a process that judges mutants has ended early");
        running.pop_front();
    }
}

}  // namespace

std::vector<MutantVerdict> run_mutants(const RunOptions& options,
                                       const std::function<void(const MutantVerdict&)>& each) {
    std::vector<MutantVerdict> verdicts;
    for (const EditionId edition : options.editions) run_edition(edition, options, verdicts, each);
    return verdicts;
}

}  // namespace conntrack::testing

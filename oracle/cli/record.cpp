#include "oracle/adapters/kernel/kernel_adapter.hpp"
#include "oracle/cli/verbs.hpp"
#include "oracle/compare/explanation.hpp"
#include "oracle/text/output.hpp"

#include <memory>
#include <string>
#include <vector>

namespace conntrack::oracle {

namespace {

struct Options {
    std::vector<std::string> scenarios;
    std::string with = "kernel";
};

/// Every recording as soon as it is made.
int run(const Options& options) {
    std::vector<Scenario> scenarios;
    for (const std::string& path : options.scenarios) scenarios.push_back(read_scenario(path));
    kernel::KernelAdapter adapter(kernel::KernelAdapter::Shows::table);
    for (const Scenario& scenario : scenarios) {
        Recording recording = adapter.play(scenario).recording;
        write_lines(recording);
        print(recording_text(recording));
        flush_output();
    }
    return 0;
}

}  // namespace

void add_record(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("record", "Play scenarios on the running kernel and print what it did");
    verb->add_option("scenarios", options->scenarios, "Scenarios")->required();
    verb->add_option("--with", options->with, "What is recorded")
        ->check(CLI::IsMember({"kernel"}))
        ->capture_default_str();
    verb->footer(
        "The recordings go to standard output, one after another, in the form that check reads. Needs root, or\n"
        "user namespaces; waits as long as the scenario does.");
    verb->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace conntrack::oracle

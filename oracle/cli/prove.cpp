#include "oracle/cli/verbs.hpp"
#include "oracle/input/input_error.hpp"
#include "oracle/prove/report_text.hpp"
#include "oracle/prove/trace_scenario.hpp"
#include "oracle/text/output.hpp"

#include <fmt/format.h>
#include <filesystem>
#include <fstream>
#include <memory>

namespace conntrack::oracle {

namespace {

struct Options {
    std::vector<std::string> names;
    std::string edition;
    bool list = false;
    std::string format = "text";
    std::string smt2;
    std::string traces = "traces";
    unsigned timeout_s = 60;
};

/// Writes the trace of a violated theorem into its directory, as a scenario.
void write_trace(const proofs::Report& report, const std::string& directory) {
    const std::string name = fmt::format("{}.{}", report.theorem->name, edition(report.edition).name);
    std::filesystem::create_directories(directory);
    const std::string path = directory + "/" + name + ".json";
    std::ofstream out(path);
    out << trace_scenario(*report.trace, name, std::string(report.theorem->sentence)).dump(1) << "\n";
    if (!out.flush()) throw InputError(path, "cannot be written");
}

int run(const Options& o) {
    if (o.list) {
        print(o.format == "markdown" ? theorems_markdown() : theorems_text());
        return 0;
    }
    if (o.format == "markdown") throw InputError("--format markdown", "goes with --list");
    const auto reports = proofs::prove({.names = o.names,
                                        .edition = edition_named(o.edition),
                                        .timeout_s = o.timeout_s,
                                        .threads = 2,
                                        .smt2_directory = o.smt2,
                                        .find_traces = true});
    bool as_expected = true;
    for (const proofs::Report& report : reports) {
        as_expected = as_expected && report.as_expected();
        if (o.format == "text") print(report_text(report));
        if (o.format == "jsonl") print(report_json(report));
        if (report.trace) write_trace(report, o.traces);
    }
    if (o.format == "junit") print(report_junit(reports));
    return as_expected ? 0 : 1;
}

}  // namespace

void add_prove(CLI::App& app, int& exit_code) {
    auto o = std::make_shared<Options>();
    CLI::App* verb =
        app.add_subcommand("prove", "Prove theorems about the semantics, or show the packets that break one");
    verb->add_option("name", o->names, "Theorems by name; none: all of them");
    verb->add_option("--edition", o->edition, "Only in this edition")
        ->check(CLI::IsMember({"linux-2.6.9", "linux-2.6.32", "linux-6.18"}));
    verb->add_flag("--list", o->list, "Name every theorem with what it says, and prove nothing");
    verb->add_option("--format", o->format,
                     "text: a line a theorem and edition, traces below; jsonl; junit; markdown (of --list)")
        ->check(CLI::IsMember({"text", "jsonl", "junit", "markdown"}))
        ->capture_default_str();
    verb->add_option("--smt2", o->smt2,
                     "Write every obligation into this directory as SMT-LIB 2, one file a theorem and edition")
        ->type_name("DIR");
    verb->add_option("--traces", o->traces,
                     "Where the packets that break a theorem are written, as scenarios for replay")
        ->type_name("DIR")
        ->capture_default_str();
    verb->add_option("--timeout", o->timeout_s, "Seconds for one obligation; what takes longer is a failure")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    verb->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace conntrack::oracle

// Plants every mutant, and says what notices it. Exits 0 if nothing survives.
#include "tests/mutation/report.hpp"
#include "tests/support/places.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

namespace {

using namespace conntrack;
using namespace conntrack::testing;

int run(const RunOptions& options, bool json, bool survivors_only) {
    const auto verdicts = run_mutants(options, [&](const MutantVerdict& v) {
        if (survivors_only && v.fate != Fate::survives) return;
        fmt::print("{}", json ? verdict_json(v) : verdict_text(v));
        std::fflush(stdout);
    });
    if (!json) fmt::print("{}", summary_text(verdicts));
    const bool survivor =
        std::any_of(verdicts.begin(), verdicts.end(), [](const MutantVerdict& v) { return v.fate == Fate::survives; });
    return survivor ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Changes the semantics in one place at a time, and says which theorem or test notices it");
    RunOptions options;
    options.recordings = recordings_folder();
    std::string format = "text", edition_name;
    bool survivors_only = false;
    app.add_option("--edition", edition_name, "Only in this edition")
        ->check(CLI::IsMember({"linux-2.6.9", "linux-2.6.32", "linux-6.18"}));
    app.add_option("--only", options.only, "Only mutants whose name has this in it");
    app.add_option("--every", options.every, "Only one mutant in so many")->check(CLI::PositiveNumber);
    app.add_option("--format", format, "text or jsonl")->check(CLI::IsMember({"text", "jsonl"}));
    app.add_option("--processes", options.processes, "How many mutants are judged at once")->check(CLI::PositiveNumber);
    app.add_flag("--survivors", survivors_only, "Name the survivors alone");
    CLI11_PARSE(app, argc, argv);
    for (const EditionId id : all_editions)
        if (edition_name.empty() || edition(id).name == edition_name) options.editions.push_back(id);
    try {
        return run(options, format == "jsonl", survivors_only);
    } catch (const std::exception& e) {
        fmt::print(stderr, "{}\n", e.what());
        return 2;
    }
}

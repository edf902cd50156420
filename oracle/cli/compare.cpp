#include "model/mutation.hpp"
#include "oracle/cli/progress_bar.hpp"
#include "oracle/cli/verbs.hpp"
#include "oracle/compare/report.hpp"
#include "oracle/replay/replay.hpp"
#include "oracle/text/output.hpp"

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace conntrack::oracle {

namespace {

struct Options {
    std::string with, edition = "linux-6.18", profile = "mixed", report, format = "text";
    std::uint64_t seed = 1, packets = 10'000, seconds = 0, time_limit = 5000;
    std::size_t jobs = 1;
    std::optional<std::uint32_t> waits;
    std::vector<std::string> scenarios;
    bool findings = false;
};

ReportFormat format_named(const std::string& name) {
    if (name == "jsonl") return ReportFormat::jsonl;
    return name == "junit" ? ReportFormat::junit : ReportFormat::text;
}

#ifdef CTORACLE_MUTANTS
void add_mutants(CLI::App& verb) {
    std::vector<std::string> names;
    for (const auto& m : mutation::mutants) names.emplace_back(m.name);
    verb.add_option_function<std::string>(
            "--mutant", [](const std::string& name) { mutation::choose(mutation::mutant_named(name).value()); },
            "Let the model err so, to see that it is found")
        ->check(CLI::IsMember(names));
}
#else
void add_mutants(CLI::App& /*verb*/) {}
#endif

CompareOptions compare_options(const Options& options, EditionId edition, bool keeps_real_time) {
    constexpr std::uint32_t usual_with_real_time = 100;
    CompareOptions out;
    out.edition = edition;
    out.profile = traffic::profile_named(options.profile).value();
    out.seed = options.seed;
    out.packets_max = options.packets;
    if (options.seconds > 0) out.lasts = std::chrono::seconds(options.seconds);
    out.jobs = options.jobs;
    out.waits_one_in = options.waits.value_or(keeps_real_time ? usual_with_real_time : 0);
    for (const std::string& path : options.scenarios) out.scenarios.push_back(read_scenario(path));
    return out;
}

int run(const Options& options) {
    const EditionId edition = edition_named(options.edition).value();
    if (options.findings && options.with.empty()) {
        print(Findings("the running kernel", std::nullopt, edition).text());
        return 0;
    }
    if (options.with.empty()) throw InputError("compare", "--with says with what; see --help");
    const AdapterOptions adapter_options{.time_limit_ms = static_cast<std::int64_t>(options.time_limit),
                                         .edition = edition};
    const auto make_adapter = [&] { return adapter_named(options.with, adapter_options); };
    // The first is made before there are threads: without root, the kernel's leads all of them into a user namespace.
    const auto adapter = make_adapter();
    if (adapter->keeps_real_time() && edition != EditionId::linux_6_18)
        std::fprintf(stderr, "ctoracle: warning: the running kernel is held against %s\n", options.edition.c_str());
    if (options.findings) {
        print(Findings(adapter->name(), adapter->tracks_as(), edition).text());
        return 0;
    }
    const ReportFormat format = format_named(options.format);
    Compare compare(*adapter, compare_options(options, edition, adapter->keeps_real_time()), make_adapter);
    ProgressBar bar(true);
    compare.on_progress = [&](double part) { bar.show(part); };
    compare.on_group = [&](const Group& group) {
        const std::size_t number = compare.groups().size();
        print(group_report(group, number, adapter->name(), format));
        flush_output();
        if (!options.report.empty()) write_group(group, number, adapter->name(), options.report);
    };
    compare.run();
    print(final_report(compare, adapter->name(), edition, format));
    return compare.unexplained() == 0 ? 0 : 1;
}

}  // namespace

void add_compare(CLI::App& app, int& exit_code) {
    // Read as a number without a sign, -1 would be a very large one.
    const CLI::Validator not_negative(
        [](std::string& text) { return text.starts_with('-') ? text + " is negative" : std::string(); }, "");
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("compare", "Hold a program that tracks against the model, by random scenarios");
    verb->add_option(
        "--with", options->with,
        "With what: kernel (the running one), fast (the fast tracker), model:EDITION or exec:\"PROGRAM ARGS\"");
    verb->add_option("--edition", options->edition, "The edition it should be")
        ->check(CLI::IsMember({"linux-2.6.9", "linux-2.6.32", "linux-6.18"}))
        ->capture_default_str();
    verb->add_option("--profile", options->profile, "What the scenarios are made of")
        ->check(CLI::IsMember(std::vector<std::string>(traffic::profile_names.begin(), traffic::profile_names.end())))
        ->capture_default_str();
    verb->add_option("--seed", options->seed, "The number of the first scenario; the next has the next")
        ->check(not_negative)
        ->capture_default_str();
    auto* packets =
        verb->add_option("--packets", options->packets, "How many packets")->check(not_negative)->capture_default_str();
    verb->add_option("--seconds", options->seconds, "How long, instead of --packets")
        ->check(not_negative)
        ->excludes(packets);
    verb->add_option("--scenario", options->scenarios, "These scenarios instead of random ones");
    verb->add_option("--jobs", options->jobs, "So many scenarios are played at once, each by an adapter of its own")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
    verb->add_option("--waits", options->waits,
                     "Of so many random scenarios, one has timeouts of 1 to 3 s and waits for them; 0: none does "
                     "[100 with the kernel, 0 with others]");
    verb->add_option("--time-limit", options->time_limit, "exec: for how many milliseconds a program may say nothing")
        ->check(CLI::Range(1, 3'600'000))
        ->capture_default_str();
    verb->add_option("--report", options->report,
                     "Write each disagreement into this directory: scenario, both recordings, explanation");
    verb->add_option("--format", options->format, "Form of the output")
        ->check(CLI::IsMember({"text", "jsonl", "junit"}))
        ->capture_default_str();
    verb->add_flag(
        "--findings", options->findings,
        "Print which disagreements with that program are known (without --with, those with the running kernel)");
    add_mutants(*verb);
    verb->footer(
        "A scenario mixed-17 is played again by: --profile mixed --seed 17 --packets 1;\n"
        "a scenario mixed-waits-17 by the same with --waits 1.\n"
        "What a program reads and prints is described in docs/adapters.md.");
    verb->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace conntrack::oracle

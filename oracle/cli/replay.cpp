#include "oracle/cli/progress_bar.hpp"
#include "oracle/cli/replay_options.hpp"
#include "oracle/cli/verbs.hpp"
#include "oracle/record/scenario_json.hpp"
#include "oracle/replay/summary_sink.hpp"
#include "oracle/replay/table_sinks.hpp"
#include "oracle/replay/text_sink.hpp"
#include "oracle/text/module_names.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <filesystem>

namespace conntrack::oracle {

namespace {

struct Options {
    std::shared_ptr<CommonOptions> common;
    std::string format = "text";
    std::vector<std::string> only;
    std::string flow;
    bool summary = false;
    std::string tracker = "model";
};

Filter filter_of(const Options& o) {
    Filter filter{.only = o.only, .flow = std::nullopt};
    if (o.flow.empty()) return filter;
    std::string why;
    filter.flow = parse_flow(o.flow, why);
    if (!filter.flow) throw InputError("--flow", fmt::format("\"{}\": {}", o.flow, why));
    return filter;
}

/// A recording is called after its capture, as far as the format's pattern for names permits.
Json capture_header(const std::string& path, EditionId edition) {
    std::string name = path == "-" ? "capture" : std::filesystem::path(path).stem().string();
    std::ranges::replace_if(
        name,
        [](char c) {
            return !is_scenario_name({&c, 1});
        },
        '_');
    return {{"name", name}, {"group", "capture"}, {"edition", conntrack::edition(edition).name}};
}

std::unique_ptr<Sink> sink_of(const Options& o, const Scenario* scenario, EditionId edition,
                              const RouterSetup& router) {
    const Filter filter = filter_of(o);
    if (o.summary && o.format != "text")
        throw InputError("--summary", "counts are shown as text alone, not as --format " + o.format);
    if (o.summary) return make_summary_sink(filter);
    if (o.format == "jsonl") {
        Json header = scenario != nullptr ? scenario->json : capture_header(o.common->file, edition);
        header["edition"] = conntrack::edition(edition).name;
        if (scenario == nullptr) router.describe(header);
        return make_recording_sink(filter, header, scenario != nullptr);
    }
    if (o.format == "proc") return make_proc_sink(filter);
    if (o.format == "proc-expect") return make_expected_sink(ExpectedForm::proc);
    if (o.format == "list-expect") return make_expected_sink(ExpectedForm::list);
    if (o.format == "conntrack" || o.format == "conntrack-expect") {
        if (!conntrack::edition(edition).notice.notifier && !o.common->later_notifier)
            throw InputError("--format " + o.format,
                             "linux-2.6.9 tells nobody of anything, so conntrack would print nothing; "
                             "--later-notifier offers the notifier of linux-2.6.32 there");
        return o.format == "conntrack" ? make_conntrack_sink(filter) : make_expectation_sink();
    }
    return make_text_sink(filter, scenario == nullptr);
}

int run(const Options& o) {
    const bool capture = is_capture(o.common->file);
    ReplayOptions options = replay_options(*o.common);
    options.tracker = *tracker_named(o.tracker);
    if (!capture) {
        Scenario scenario = read_scenario(o.common->file, options.router.parsing);
        for (const std::string& name : o.common->modules) load_module(scenario.modules, name);
        options.router.apply(scenario, o.common->file);
        const EditionId edition = options.edition.value_or(scenario.edition);
        const auto sink = sink_of(o, &scenario, edition, options.router);
        replay_scenario(scenario, options, *sink);
        return 0;
    }
    const auto sink = sink_of(o, nullptr, options.edition.value_or(EditionId::linux_6_18), options.router);
    warn_of_default_interfaces(options);
    ProgressBar bar(!o.summary && o.format != "proc");
    if (bar.shown()) options.progress = [&bar](double part) { bar.show(part); };
    replay_capture(o.common->file, options, *sink);
    return 0;
}

}  // namespace

void add_replay(CLI::App& app, int& exit_code) {
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("replay", "Say what conntrack makes of every packet of a capture or scenario");
    o->common = add_common_options(*verb);
    verb->add_option("--format", o->format,
                     "text: a line a packet; jsonl: a recording; conntrack: the lines of `conntrack -E`; proc: the "
                     "table at the end; conntrack-expect, proc-expect, list-expect: the same of what is expected, and "
                     "as `conntrack -L expect` lists it")
        ->check(CLI::IsMember({"text", "jsonl", "conntrack", "proc", "conntrack-expect", "proc-expect", "list-expect"}))
        ->capture_default_str();
    verb->add_option("--only", o->only,
                     "Only packets of these states; repeatable, or a list with commas. `dropped` are those that "
                     "tracking itself dropped, not those that a rule did")
        ->delimiter(',')
        ->check(CLI::IsMember(std::vector<std::string>(std::begin(state_words), std::end(state_words))));
    verb->add_option("--flow", o->flow, "Only this flow: tcp,10.0.0.2:1000,192.0.2.2:80 or icmp,SRC,DST,id=N")
        ->type_name("FLOW");
    verb->add_option("--tracker", o->tracker, "Which tracker plays: the executable model, or the fast one")
        ->check(CLI::IsMember({"model", "fast"}))
        ->capture_default_str();
    verb->add_flag("--summary", o->summary, "Counts instead of lines");
    verb->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace conntrack::oracle

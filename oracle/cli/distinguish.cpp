#include "oracle/cli/verbs.hpp"
#include "oracle/distinguish/distinction_text.hpp"
#include "oracle/input/input_error.hpp"
#include "oracle/text/output.hpp"

#include <filesystem>
#include <fstream>
#include <memory>

namespace conntrack::oracle {

namespace {

struct Options {
    std::array<std::string, 2> editions;
    std::vector<std::string> names;
    std::string format = "text";
    std::string scenarios;  // empty: none are written
    unsigned most = 6;
};

void write_scenario(const proofs::Shown& shown, const std::array<EditionId, 2>& editions,
                    const std::string& directory) {
    std::filesystem::create_directories(directory);
    const std::string path = directory + "/" + distinction_name(shown, editions) + ".json";
    std::ofstream out(path);
    out << distinction_scenario(shown, editions).dump(1) << "\n";
    if (!out.flush()) throw InputError(path, "cannot be written");
}

int run(const Options& o) {
    const std::array<EditionId, 2> editions = {*edition_named(o.editions[0]), *edition_named(o.editions[1])};
    if (editions[0] == editions[1]) throw InputError(o.editions[1], "is to be told from another edition than itself");
    const auto all = proofs::distinguish(editions[0], editions[1], {.names = o.names, .most = o.most});
    for (const proofs::Shown& shown : all) {
        print(o.format == "jsonl" ? distinction_json(shown, editions) : distinction_text(shown, editions));
        if (shown.by && !o.scenarios.empty()) write_scenario(shown, editions, o.scenarios);
    }
    if (o.format == "text") print(distinctions_summary(all, o.most));
    return 0;
}

}  // namespace

void add_distinguish(CLI::App& app, int& exit_code) {
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand(
        "distinguish", "Find the shortest packets that tell two editions apart, for each difference between them");
    const CLI::IsMember an_edition({"linux-2.6.9", "linux-2.6.32", "linux-6.18"});
    verb->add_option("edition", o->editions[0], "The one edition")->required()->check(an_edition);
    verb->add_option("other", o->editions[1], "The other edition")->required()->check(an_edition);
    verb->add_option("--only", o->names,
                     "Only the difference of this name, as the list has it, or all of a protocol; may be given again")
        ->type_name("NAME")
        ->allow_extra_args(false);
    verb->add_option("--format", o->format, "text: each difference with its packets; jsonl: one object a difference")
        ->check(CLI::IsMember({"text", "jsonl"}))
        ->capture_default_str();
    verb->add_option("--scenarios", o->scenarios,
                     "Write the packets into this directory, as scenarios that replay plays under either edition")
        ->type_name("DIR");
    verb->add_option("--most", o->most, "The largest number of packets that is tried")
        ->check(CLI::Range(1, 8))
        ->capture_default_str();
    verb->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace conntrack::oracle

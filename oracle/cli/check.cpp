#include "oracle/check/check.hpp"

#include "oracle/cli/verbs.hpp"
#include "oracle/replay/replay.hpp"
#include "oracle/text/output.hpp"

#include <fmt/format.h>
#include <memory>
#include <string>
#include <vector>

namespace conntrack::oracle {

namespace {

struct Options {
    std::vector<std::string> recordings;
    std::string edition;
    std::string tracker = "model";
};

std::string report(const std::string& path, const Recording& recording, const Disagreement& d,
                   std::string_view tracker) {
    std::string out =
        fmt::format("{}:{}: recording {}, step {} disagrees\n", path, d.line, recording.scenario.name, d.step);
    if (!d.packet.empty()) out += fmt::format("  packet    {}\n", d.packet);
    out += fmt::format("  field     {}\n  recorded  {}\n  {:<8}  {}\n", d.difference.field, d.difference.recorded,
                       tracker, d.difference.model);
    if (!d.clause.empty()) out += fmt::format("  clause    {}\n", d.clause);
    return out;
}

/// Values that nobody reads before they are compared may be of any type; what they cannot be compared with is told
/// here.
CheckResult checked(const std::string& path, const Recording& recording, std::optional<EditionId> edition,
                    TrackerKind tracker) {
    try {
        return check(recording, edition, tracker);
    } catch (const Json::exception& e) {
        throw InputError(path, fmt::format("recording {} holds something of another form than expected: {}",
                                           recording.scenario.name, e.what()));
    }
}

int run(const Options& options) {
    std::optional<EditionId> edition;
    if (!options.edition.empty()) edition = edition_named(options.edition);
    std::size_t recordings = 0, packets = 0, disagree = 0;
    const auto finish = [&] {
        print(fmt::format("{} recordings, {} packets, {} disagree\n", recordings, packets, disagree));
    };
    try {
        for (const std::string& path : options.recordings) {
            const std::size_t before = recordings;
            if (is_capture(path)) throw InputError(path, "is a capture, which replay reads; expected a recording");
            read_recordings(path, [&](Recording&& recording) {
                const CheckResult result = checked(path, recording, edition, *tracker_named(options.tracker));
                ++recordings;
                packets += result.packets;
                if (!result.disagreement) return;
                ++disagree;
                print(report(path, recording, *result.disagreement, options.tracker));
            });
            if (recordings == before) throw InputError(path, "holds no recording");
        }
    } catch (const InputError&) {
        finish();  // what was checked before the bad line still counts
        throw;
    }
    finish();
    return disagree == 0 ? 0 : 1;
}

}  // namespace

void add_check(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("check", "Hold recordings of real kernels against the model");
    verb->add_option("recordings", options->recordings,
                     "Recordings: JSON Lines, plain, .gz or .xz; - is standard input (plain)")
        ->required();
    verb->add_option("--edition", options->edition, "Check against this edition instead of the recording's own")
        ->check(CLI::IsMember({"linux-2.6.9", "linux-2.6.32", "linux-6.18"}));
    verb->add_option("--tracker", options->tracker,
                     "Which tracker is held against the recordings: the executable model, or the fast one")
        ->check(CLI::IsMember({"model", "fast"}))
        ->capture_default_str();
    verb->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace conntrack::oracle

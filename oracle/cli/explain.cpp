#include "oracle/replay/explain.hpp"

#include "oracle/cli/replay_options.hpp"
#include "oracle/cli/verbs.hpp"
#include "oracle/text/output.hpp"

#include <charconv>
#include <cstdint>

namespace conntrack::oracle {

namespace {

/// CLI11 takes "-1" for a large number, and what is too large for the largest.
std::string whole_number(const std::string& text) {
    std::uint64_t value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool good = error == std::errc{} && rest == text.data() + text.size();
    return good ? "" : "expected a whole number, not \"" + text + "\"";
}

}  // namespace

void add_explain(CLI::App& app, int& exit_code) {
    CLI::App* verb =
        app.add_subcommand("explain", "Say everything about one packet, and what other editions make of it");
    auto common = add_common_options(*verb);
    auto number = std::make_shared<std::uint64_t>(0);
    verb->add_option("--packet", *number, "The frame of a capture (from 1) or the step of a scenario (from 0)")
        ->required()
        ->check(whole_number)
        ->type_name("N");
    verb->callback([common, number, &exit_code] {
        const ReplayOptions options = replay_options(*common);
        if (is_capture(common->file)) warn_of_default_interfaces(options);
        print(explain({common->file, *number, options}));
        exit_code = 0;
    });
}

}  // namespace conntrack::oracle

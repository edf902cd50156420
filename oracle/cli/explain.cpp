#include "oracle/replay/explain.hpp"

#include "oracle/cli/replay_options.hpp"
#include "oracle/cli/verbs.hpp"
#include "oracle/text/output.hpp"

namespace conntrack::oracle {

void add_explain(CLI::App& app, int& exit_code) {
    CLI::App* verb = app.add_subcommand("explain", "Say everything about one packet, and what other editions make of it");
    auto common = add_common_options(*verb);
    auto number = std::make_shared<std::uint64_t>(0);
    verb->add_option("--packet", *number, "The frame of a capture (from 1) or the step of a scenario (from 0)")
        ->required()
        ->type_name("N");
    verb->callback([common, number, &exit_code] {
        print(explain({common->file, *number, replay_options(*common, is_capture(common->file))}));
        exit_code = 0;
    });
}

}  // namespace conntrack::oracle

#include "oracle/serve/serve.hpp"

#include "oracle/cli/verbs.hpp"
#include "oracle/text/output.hpp"

#include <memory>
#include <string>

namespace conntrack::oracle {

namespace {

int run(const std::string& edition) {
    LineReader in("-");
    serve(in, "standard input", edition.empty() ? std::nullopt : edition_named(edition), [](const std::string& line) {
        print(line);
        flush_output();
    });
    return 0;
}

}  // namespace

void add_serve(CLI::App& app, int& exit_code) {
    auto edition = std::make_shared<std::string>();
    CLI::App* verb =
        app.add_subcommand("serve", "Answer scenarios on standard input, line by line, for other programs");
    verb->add_option("--edition", *edition, "Play under this edition instead of the scenario's own")
        ->check(CLI::IsMember({"linux-2.6.9", "linux-2.6.32", "linux-6.18"}));
    verb->footer("What is read and printed is described in docs/adapters.md.");
    verb->callback([edition, &exit_code] { exit_code = run(*edition); });
}

}  // namespace conntrack::oracle

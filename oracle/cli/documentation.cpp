#include "oracle/cli/command_line.hpp"
#include "oracle/cli/verbs.hpp"
#include "oracle/text/output.hpp"

namespace conntrack::oracle {

void add_documentation(CLI::App& app, int& exit_code) {
    const auto add = [&](const char* name, const char* description, auto text) {
        CLI::App* verb = app.add_subcommand(name, description)->group("");
        verb->callback([&app, &exit_code, text] {
            print(text(command_line(app)));
            exit_code = 0;
        });
    };
    add("man", "Print the manual page", [](const CommandLine& line) { return manual_page(line, CTORACLE_VERSION); });
    add("completion", "Print the completion for bash", bash_completion);
}

}  // namespace conntrack::oracle

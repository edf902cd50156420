// The verbs of the program. Each adds itself, its options and what it does to the command line; the result of what
// was run is left in `exit_code` (0 done and as expected; 1 it ran but found a disagreement; 2 it could not run).
#pragma once

#include <CLI/CLI.hpp>

namespace conntrack::oracle {

void add_replay(CLI::App& app, int& exit_code);
void add_explain(CLI::App& app, int& exit_code);
void add_check(CLI::App& app, int& exit_code);
void add_clauses(CLI::App& app, int& exit_code);
void add_prove(CLI::App& app, int& exit_code);
void add_distinguish(CLI::App& app, int& exit_code);
void add_compare(CLI::App& app, int& exit_code);
void add_record(CLI::App& app, int& exit_code);
void add_serve(CLI::App& app, int& exit_code);
void add_diagram(CLI::App& app, int& exit_code);

/// The whole command line, with every verb: what main() parses and what the manual page and the completion are made of.
void add_verbs(CLI::App& app, int& exit_code);

/// Hidden verbs that print the manual page (troff) and the completion (bash) of `app` itself.
void add_documentation(CLI::App& app, int& exit_code);

}  // namespace conntrack::oracle

#include "oracle/cli/verbs.hpp"

namespace conntrack::oracle {

void add_verbs(CLI::App& app, int& exit_code) {
    app.set_version_flag("--version", "ctoracle " CTORACLE_VERSION);
    app.require_subcommand(1);
    app.set_help_all_flag("--help-all", "Help of every verb");
    add_replay(app, exit_code);
    add_explain(app, exit_code);
    add_check(app, exit_code);
    add_compare(app, exit_code);
    add_record(app, exit_code);
    add_serve(app, exit_code);
    add_prove(app, exit_code);
    add_distinguish(app, exit_code);
    add_clauses(app, exit_code);
    add_diagram(app, exit_code);
    add_documentation(app, exit_code);
}

}  // namespace conntrack::oracle

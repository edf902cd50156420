// The program: parses the command line and turns whatever went wrong into a message and an exit code.
#include "oracle/text/output.hpp"
#include "oracle/cli/verbs.hpp"
#include "oracle/input/input_error.hpp"

#include <csignal>
#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
    using namespace conntrack::oracle;
    constexpr int could_not_run = 2;
    std::signal(SIGPIPE, SIG_IGN);  // a reader that leaves is an error of writing, reported like the others
    int exit_code = 0;
    CLI::App app("What would Linux connection tracking do, and why?", "ctoracle");
    add_verbs(app, exit_code);
    try {
        app.parse(argc, argv);
        flush_output();
    } catch (const CLI::ParseError& e) {
        const int code = app.exit(e);
        return code == 0 ? 0 : could_not_run;
    } catch (const std::exception& e) {
        std::fflush(stdout);
        std::fprintf(stderr, "ctoracle: %s\n", e.what());
        return could_not_run;
    }
    return exit_code;
}

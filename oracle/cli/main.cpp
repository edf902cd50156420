// The program: parses the command line and turns whatever went wrong into a message and an exit code.
#include "oracle/cli/verbs.hpp"
#include "oracle/input/input_error.hpp"
#include "oracle/text/output.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <sstream>

namespace {

constexpr int could_not_run = 2;

/// What is wrong with the command line, in the form of the program's other messages; the usage if no verb was named.
std::string wrong_usage(const CLI::App* app, const CLI::Error& error) {
    const auto verbs = app->get_subcommands();
    const auto unknown = app->remaining();
    std::string what = error.what();
    if (verbs.empty() && unknown.empty()) return app->help();
    if (verbs.empty()) what = "\"" + unknown.front() + "\" is neither a verb nor an option";
    const std::string verb = verbs.empty() ? "" : " " + verbs.front()->get_name();
    return "ctoracle" + verb + ": " + what + "\nctoracle" + verb + " --help says more.\n";
}

/// Help and version are output like any other: a full disk is told of.
int leave(const CLI::App& app, const CLI::ParseError& error) {
    std::ostringstream out, complaint;
    const int code = app.exit(error, out, complaint);
    conntrack::oracle::print(out.str());
    conntrack::oracle::flush_output();
    std::fputs(complaint.str().c_str(), stderr);
    return code == 0 ? 0 : could_not_run;
}

int run(int argc, char** argv) {
    int exit_code = 0;
    CLI::App app("What would Linux connection tracking do, and why?", "ctoracle");
    conntrack::oracle::add_verbs(app, exit_code);
    app.failure_message(wrong_usage);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return leave(app, e);
    }
    conntrack::oracle::flush_output();
    return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // a reader that leaves is an error of writing, reported like the others
    try {
        return run(argc, argv);
    } catch (const std::exception& e) {
        std::fflush(stdout);
        std::fprintf(stderr, "ctoracle: %s\n", e.what());
        return could_not_run;
    }
}

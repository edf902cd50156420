#include "oracle/cli/verbs.hpp"
#include "oracle/diagram/notation.hpp"
#include "oracle/diagram/tables.hpp"
#include "oracle/text/output.hpp"
#include "spec/editions.hpp"

#include <memory>
#include <stdexcept>
#include <string>

namespace conntrack::oracle {

namespace {

struct Options {
    std::string machine;
    std::string edition = "linux-6.18";
    std::string format = "dot";
    bool all = false;
};

StateTable table_of(const std::string& machine, EditionId id) {
    if (machine == "tcp") return tcp_table(id);
    if (machine == "sctp") return sctp_table(id);
    if (machine == "generic") return generic_table(id);
    if (machine == "entry") return entry_table(id);
    if (edition(id).core.counts_icmp) return icmp_table(id);
    throw std::runtime_error("diagram: " + std::string(edition(id).name) +
                             " tracks ICMP by the generic machine; it is counted in --edition linux-2.6.9");
}

void run(const Options& options) {
    const StateTable table = table_of(options.machine, edition_named(options.edition).value());
    const Picture picture = options.all ? every_row(table) : overview(table);
    print(options.format == "dot" ? dot_text(picture) : mermaid_text(picture));
}

}  // namespace

void add_diagram(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("diagram", "Draw a state machine, read off its own transition table");
    verb->add_option("machine", options->machine, "The machine to draw")
        ->required()
        ->check(CLI::IsMember({"tcp", "sctp", "generic", "icmp", "entry"}));
    verb->add_option("--edition", options->edition, "The edition whose machine is meant; icmp is only in linux-2.6.9")
        ->check(CLI::IsMember({"linux-2.6.9", "linux-2.6.32", "linux-6.18"}))
        ->capture_default_str();
    verb->add_option("--format", options->format, "dot (Graphviz) or mermaid")
        ->check(CLI::IsMember({"dot", "mermaid"}))
        ->capture_default_str();
    verb->add_flag("--all", options->all, "Every row with its guard and action, not only what leads to another state");
    verb->callback([options, &exit_code] {
        run(*options);
        exit_code = 0;
    });
}

}  // namespace conntrack::oracle

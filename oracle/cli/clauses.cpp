#include "oracle/cli/verbs.hpp"
#include "oracle/text/clause_text.hpp"
#include "oracle/text/output.hpp"

#include <memory>
#include <string>

namespace conntrack::oracle {

void add_clauses(CLI::App& app, int& exit_code) {
    auto format = std::make_shared<std::string>("text");
    CLI::App* verb =
        app.add_subcommand("clauses", "List the clauses that decide verdicts, with editions and kernel source");
    verb->add_option("--format", *format, "text or markdown")
        ->check(CLI::IsMember({"text", "markdown"}))
        ->capture_default_str();
    verb->callback([format, &exit_code] {
        print(*format == "markdown" ? clauses_markdown() : clauses_text());
        exit_code = 0;
    });
}

}  // namespace conntrack::oracle

#include "oracle/text/clause_text.hpp"

#include "spec/clause_table.hpp"
#include "spec/editions.hpp"

#include <fmt/format.h>
#include <iterator>

namespace conntrack::oracle {

namespace {

/// "2.6.9 2.6.32 6.18", as far as the clause exists in them.
std::string editions_of(const ClauseInfo& clause, const char* separator) {
    std::string out;
    for (const EditionId id : all_editions) {
        if (!clause.exists_in(id)) continue;
        if (!out.empty()) out += separator;
        out += edition(id).name.substr(6);
    }
    return out;
}

/// The kernel files in which the clause is decided, each named once.
std::string files_of(const ClauseInfo& clause, const char* separator, const char* quote) {
    std::string out;
    std::string_view last;
    for (const EditionId id : all_editions) {
        const std::string_view file = kernel_file(clause.source, id);
        if (!clause.exists_in(id) || file.empty() || file == last) continue;
        if (!out.empty()) out += separator;
        out += fmt::format("{}{}{}", quote, file, quote);
        last = file;
    }
    return out;
}

}  // namespace

std::string clauses_text() {
    std::string out;
    for (const ClauseInfo& c : clause_table) {
        fmt::format_to(std::back_inserter(out), "{}\n  editions  {}\n  source    {}\n  {}\n", c.name,
                       editions_of(c, " "), files_of(c, ", ", ""), c.meaning);
        if (!c.advice.empty()) fmt::format_to(std::back_inserter(out), "  -> {}\n", c.advice);
    }
    return out;
}

std::string clauses_markdown() {
    std::string out =
        "# Clauses\n\n"
        "Every verdict names the clause that decided it. This page is made by `ctoracle clauses --format markdown` "
        "from\n"
        "the list in `spec/clause_table.hpp`; a test fails when it is stale.\n\n"
        "| clause | editions | meaning | what to do | decided in |\n| --- | --- | --- | --- | --- |\n";
    for (const ClauseInfo& c : clause_table)
        fmt::format_to(std::back_inserter(out), "| `{}` | {} | {} | {} | {} |\n", c.name, editions_of(c, ", "),
                       c.meaning, c.advice, files_of(c, "<br>", "`"));
    return out;
}

}  // namespace conntrack::oracle

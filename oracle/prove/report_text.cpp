#include "oracle/prove/report_text.hpp"

#include "spec/editions.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

namespace conntrack::oracle {

namespace {

using proofs::Decided;
using proofs::Report;
using proofs::Result;
using proofs::Theorem;

std::string_view word_of(Result result) {
    switch (result) {
        case Result::absent: return "-";
        case Result::proved: return "proved";
        case Result::violated: return "violated";
        case Result::unknown: break;
    }
    return "unknown";
}

/// Obligations that did not come out as a proof needs them.
std::vector<std::string> failures(const Report& report) {
    std::vector<std::string> out;
    for (const Decided& d : report.decided) {
        if (d.as_it_should()) continue;
        const char* how = d.answer == proofs::Answer::unknown ? " (not decided in time)"
                          : d.must_be_possible                ? " (cannot be)"
                                                              : "";
        out.push_back(d.obligation + how);
    }
    return out;
}

std::string xml(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

std::string words_of(const proofs::TracedPacket& packet) {
    return packet.result.empty() ? packet.text : packet.text + ": " + packet.result;
}

std::string surprise(const Report& report) {
    return report.as_expected() ? ""
                                : fmt::format("  EXPECTED {}", word_of(report.theorem->expected_in(report.edition)));
}

}  // namespace

std::string report_text(const Report& report) {
    std::string out = fmt::format("{:<8}  {:<12}  {:<60}  z3  {:>5} obligations  {:>6.2f} s{}\n",
                                  word_of(report.result), edition(report.edition).name, report.theorem->name,
                                  report.decided.size(), report.seconds, surprise(report));
    if (!report.as_expected())
        for (const std::string& failure : failures(report)) out += "          " + failure + "\n";
    if (!report.trace) return out;
    for (const auto& [setting, value] : report.trace->sysctl) out += fmt::format("          {} = {}\n", setting, value);
    for (const auto& packet : report.trace->packets) out += "          " + words_of(packet) + "\n";
    return out;
}

std::string report_json(const Report& report) {
    nlohmann::ordered_json out = {{"theorem", report.theorem->name},
                                  {"edition", edition(report.edition).name},
                                  {"result", word_of(report.result)},
                                  {"expected", word_of(report.theorem->expected_in(report.edition))},
                                  {"solver", "z3"},
                                  {"obligations", report.decided.size()},
                                  {"seconds", report.seconds}};
    if (!report.theorem->bound.empty()) out["bound"] = report.theorem->bound;
    if (const auto failed = failures(report); !failed.empty()) out["failed"] = failed;
    if (report.trace)
        for (const auto& packet : report.trace->packets) out["trace"].push_back(words_of(packet));
    return out.dump() + "\n";
}

std::string report_junit(const std::vector<Report>& reports) {
    const auto failed = std::count_if(reports.begin(), reports.end(), [](const Report& r) { return !r.as_expected(); });
    std::string out = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"ctoracle prove\" tests=\"{}\" "
        "failures=\"{}\">\n",
        reports.size(), failed);
    for (const Report& r : reports) {
        fmt::format_to(std::back_inserter(out), "  <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"",
                       edition(r.edition).name, xml(r.theorem->name), r.seconds);
        if (r.as_expected()) {
            out += "/>\n";
            continue;
        }
        fmt::format_to(std::back_inserter(out), ">\n    <failure message=\"{} instead of {}\">", word_of(r.result),
                       word_of(r.theorem->expected_in(r.edition)));
        for (const std::string& failure : failures(r)) out += xml(failure) + "\n";
        out += "</failure>\n  </testcase>\n";
    }
    return out + "</testsuite>\n";
}

std::string theorems_text() {
    std::string out;
    for (const Theorem& t : proofs::all_theorems()) out += fmt::format("{}  {}\n", t.name, t.sentence);
    return out;
}

std::string theorems_markdown() {
    std::string out =
        "# Theorems\n\n"
        "What `ctoracle prove` proves of the semantics, for all states and packets. This page is made by `ctoracle "
        "prove "
        "--list --format\nmarkdown` from the files in `proofs/theorems/`; a test fails when it is stale. *violated* is "
        "a "
        "result too: `ctoracle prove NAME` prints the\nshortest packets that show it ([findings](findings.md)). A "
        "dash: the "
        "edition has no such thing.\n\n"
        "| theorem | says | 2.6.9 | 2.6.32 | 6.18 |\n| --- | --- | --- | --- | --- |\n";
    for (const Theorem& t : proofs::all_theorems()) {
        fmt::format_to(std::back_inserter(out), "| [{}](../proofs/theorems/{}.cpp) | {} *{}*", t.name,
                       t.file.empty() ? t.name : t.file, t.sentence, t.answers);
        if (!t.bound.empty()) fmt::format_to(std::back_inserter(out), " Bounded: {}.", t.bound);
        for (const EditionId id : all_editions)
            fmt::format_to(std::back_inserter(out), " | {}", word_of(t.expected_in(id)));
        out += " |\n";
    }
    return out;
}

}  // namespace conntrack::oracle

#include "oracle/cli/command_line.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cctype>

namespace conntrack::oracle {

namespace {

/// Text as troff has to be given it: `quoted words` become bold, and hyphens stay hyphens that can be copied.
std::string troff(const std::string& text) {
    std::string out;
    bool quoted = false;
    for (const char c : text) {
        switch (c) {
            case '`':
                quoted = !quoted;
                out += quoted ? "\\fB" : "\\fR";
                break;
            case '-': out += "\\-"; break;
            case '\\': out += "\\e"; break;
            case '~': out += "\\(ti"; break;
            case '^': out += "\\(ha"; break;
            case '\'': out += "\\(aq"; break;
            case '\n': out += "\n.br\n"; break;
            default: out += c;
        }
    }
    return out.starts_with('.') ? "\\&" + out : out;
}

/// Breaks long lines between words: mandoc finds them bad style. A line must not begin like a request.
std::string filled(std::string text) {
    constexpr std::size_t columns = 78;
    std::size_t line = 0, blank = std::string::npos;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == ' ' && i + 1 < text.size() && text[i + 1] != '.' && text[i + 1] != '\\') blank = i;
        if (text[i] == '\n') line = i + 1, blank = std::string::npos;
        if (i - line < columns || blank == std::string::npos) continue;
        text[blank] = '\n';
        line = blank + 1;
        blank = std::string::npos;
    }
    return text;
}

std::string bold(const std::string& text) { return "\\fB" + troff(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + troff(text) + "\\fR"; }

std::string upper(std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

std::string choices(const ArgumentInfo& a) {
    std::string out;
    for (const std::string& choice : a.choices) out += (out.empty() ? "" : " | ") + bold(choice);
    return out;
}

/// "--edition linux-2.6.9 | linux-6.18", "FILE..."
std::string heading(const ArgumentInfo& a) {
    std::string out;
    for (const std::string& name : a.names) out += (out.empty() ? "" : ", ") + bold(name);
    if (!a.place.empty()) out = italic(upper(a.place)) + (a.repeatable ? " ..." : "");
    if (a.choices.empty()) return a.place.empty() && !a.value.empty() ? out + " " + italic(a.value) : out;
    return out + (a.place.empty() ? " " : ": ") + choices(a);
}

std::string argument_text(const ArgumentInfo& a) {
    std::string text = troff(a.description);
    if (!text.empty() && text.back() != '.') text += '.';
    if (!a.fallback.empty()) text += fmt::format(" Default: {}.", bold(a.fallback));
    if (a.required && a.place.empty()) text += " Required.";
    return fmt::format(".TP\n{}\n{}\n", heading(a), filled(text));
}

std::string synopsis(const VerbInfo& verb) {
    std::string out = bold("ctoracle") + " " + bold(verb.name);
    for (const ArgumentInfo& a : verb.arguments)
        if (a.place.empty() && a.required) out += " " + heading(a);
    out += " [" + italic("option") + " ...]";
    for (const ArgumentInfo& a : verb.arguments)
        if (!a.place.empty()) out += " " + italic(upper(a.place)) + (a.repeatable ? " ..." : "");
    return out + "\n";
}

/// "check" and its options. What every verb has, such as --help, is told once, under OPTIONS.
std::string verb_section(const VerbInfo& verb, const VerbInfo& program) {
    const auto everywhere = [&](const ArgumentInfo& a) {
        return std::any_of(program.arguments.begin(), program.arguments.end(),
                           [&](const ArgumentInfo& p) { return p.names == a.names; });
    };
    std::string out = fmt::format(".SH CTORACLE {}\n{}.\n", upper(troff(verb.name)), filled(troff(verb.description)));
    for (const ArgumentInfo& a : verb.arguments)
        if (!everywhere(a)) out += argument_text(a);
    if (!verb.footer.empty()) out += ".PP\n" + filled(troff(verb.footer)) + "\n";
    return out;
}

constexpr const char* description =
    "is a reference implementation of Linux connection tracking (conntrack).\n"
    "Given the packets that cross a router, it says what connection tracking makes\n"
    "of each of them, and names the clause of the specification that decided.\n"
    "It knows several kernels, called editions, and is checked against recordings\n"
    "of the real ones.\n";

constexpr const char* closing =
    ".SH EXIT STATUS\n"
    ".TP\n\\fB0\\fR\nDone, and as expected.\n"
    ".TP\n\\fB1\\fR\nIt ran, but found a disagreement, an unexpected theorem or a finding.\n"
    ".TP\n\\fB2\\fR\nIt could not run: a wrong command line, or a file that cannot be read or\nunderstood.\n"
    ".SH FILES\n"
    ".TP\ncaptures\nPackets as \\fBtcpdump\\fR(8) writes them.\n"
    ".TP\nscenarios\nPackets with changes of rules and settings over time, in JSON.\n"
    ".TP\nrecordings\nScenarios with what a kernel made of each step, in JSON Lines, plain or\ncompressed by gzip or "
    "xz.\n"
    ".PP\nNothing is read that is not named on the command line.\n"
    ".SH EXAMPLES\n"
    ".TP\nWhy was a packet of this capture INVALID?\n\\fBctoracle replay capture.pcap\\fR\n"
    ".TP\nDoes the model agree with what a kernel did?\n\\fBctoracle check recordings.jsonl.xz\\fR\n"
    ".TP\nA picture of the TCP machine:\n\\fBctoracle diagram tcp | dot \\-Tsvg > tcp.svg\\fR\n"
    ".SH SEE ALSO\n\\fBconntrack\\fR(8), \\fBiptables\\-extensions\\fR(8), \\fBtcpdump\\fR(8)\n";

}  // namespace

std::string manual_page(const CommandLine& line, const std::string& version) {
    // No date: the page must not change with the day on which it is built.
    std::string out = fmt::format(
        ".\\\" Printed by \"ctoracle man\" from the program's own command line.\n"
        ".TH CTORACLE 1 \"\" \"ctoracle {}\" \"User Commands\"\n"
        ".ad l\n.nh\n"
        ".SH NAME\nctoracle \\- {}\n.SH SYNOPSIS\n",
        troff(version), troff(line.program.description));
    for (const VerbInfo& verb : line.verbs) out += (&verb == &line.verbs.front() ? "" : ".br\n") + synopsis(verb);
    out += fmt::format(".SH DESCRIPTION\n{}\n{}.SH OPTIONS\n", bold("ctoracle"), description);
    for (const ArgumentInfo& a : line.program.arguments) out += argument_text(a);
    for (const VerbInfo& verb : line.verbs) out += verb_section(verb, line.program);
    return out + closing;
}

}  // namespace conntrack::oracle

#include "oracle/diagram/notation.hpp"

#include <fmt/format.h>
#include <string_view>

namespace conntrack::oracle {

namespace {

/// A text inside the double quotes of Mermaid, whose entities begin with '#'.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '#')
            out += "#35;";
        else if (c == '"')
            out += "#quot;";
        else if (c == '<')
            out += "#lt;";
        else if (c == '>')
            out += "#gt;";
        else
            out += c;
    }
    return out;
}

/// Lines below one another, all but the first behind a margin (an em space: HTML would drop a plain one).
std::string joined(const std::vector<std::string>& lines, std::string_view margin = "") {
    std::string out;
    for (const std::string& line : lines)
        out += out.empty() ? escaped(line) : fmt::format("<br/>{}{}", margin, escaped(line));
    return out;
}

std::string node(const Box& box) {
    switch (box.kind) {
        case Box::Kind::start: return fmt::format("    {}(( )):::start\n", box.id);
        case Box::Kind::several:
            return fmt::format("    {}(\"{}\"):::several\n", box.id, joined(box.notes.front().lines));
        case Box::Kind::end: return fmt::format("    {}([\"{}\"]):::finish\n", box.id, escaped(box.name));
        case Box::Kind::state: break;
    }
    std::string notes;
    for (const Note& note : box.notes) {
        if (note.heading.empty())
            notes += "<br/>" + joined(note.lines);
        else
            notes += fmt::format("<br/><i>{}</i> {}", escaped(note.heading), joined(note.lines, "\u2003"));
    }
    return fmt::format("    {}(\"<b>{}</b>{}\"):::state\n", box.id, escaped(box.name), notes);
}

}  // namespace

std::string mermaid_text(const Picture& picture) {
    std::string out = fmt::format(
        "---\n"
        "title: \"{}\"\n"
        "config:\n"
        "  flowchart:\n"
        "    wrappingWidth: 420\n"
        "---\n"
        "flowchart TB\n"
        "    classDef state fill:#f6f9fd,stroke:#41618c,color:#22303f,text-align:left\n"
        "    classDef several fill:none,stroke:#8a8a8a,stroke-dasharray:4,text-align:left\n"
        "    classDef finish fill:#fbeeea,stroke:#9c4a3c,color:#22303f\n"
        "    classDef start fill:#333333,stroke:#333333\n"
        "    classDef legend fill:none,stroke:none,text-align:left\n\n",
        picture.title);
    for (const Box& box : picture.boxes) out += node(box);
    out += '\n';
    for (const Arrow& a : picture.arrows) {
        const std::string label = a.lines.empty() ? "" : fmt::format("|\"{}\"|", joined(a.lines));
        out += fmt::format("    {} -->{} {}\n", picture.boxes[a.from].id, label, picture.boxes[a.to].id);
    }
    return out + fmt::format("\n    legend[\"{}\"]:::legend\n", joined(picture.legend));
}

}  // namespace conntrack::oracle

#include "oracle/diagram/notation.hpp"

#include <fmt/format.h>
#include <string_view>

namespace conntrack::oracle {

namespace {

std::string escaped(std::string_view text) {
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

/// Lines set flush left, each behind a margin.
std::string paragraph(const std::vector<std::string>& lines, std::string_view margin = "") {
    std::string out;
    for (const std::string& line : lines) out += fmt::format("{}{}<BR ALIGN=\"LEFT\"/>", margin, escaped(line));
    return out;
}

const char* colour(const std::string& heading) {
    if (heading == "INVALID" || heading == "out of window") return "#a03a2a";
    return heading == "stays" ? "#22303f" : "#6b7684";
}

std::string note_cells(const Note& note) {
    if (note.heading.empty())
        return fmt::format(
            "<TR><TD COLSPAN=\"2\" ALIGN=\"LEFT\" BALIGN=\"LEFT\"><FONT POINT-SIZE=\"9\">{}</FONT></TD></TR>",
            paragraph(note.lines));
    return fmt::format(
        "<TR><TD ALIGN=\"RIGHT\" VALIGN=\"TOP\"><FONT POINT-SIZE=\"9\" COLOR=\"{}\"><I>{}</I></FONT></TD>"
        "<TD ALIGN=\"LEFT\" BALIGN=\"LEFT\" VALIGN=\"TOP\"><FONT POINT-SIZE=\"9\">{}</FONT></TD></TR>",
        colour(note.heading), escaped(note.heading), paragraph(note.lines));
}

std::string state_label(const Box& box) {
    std::string out = fmt::format(
        "<TABLE BORDER=\"1\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"4\" STYLE=\"ROUNDED\" COLOR=\"#41618c\" "
        "BGCOLOR=\"#f6f9fd\"><TR><TD COLSPAN=\"2\" BGCOLOR=\"#dbe7f5\" STYLE=\"ROUNDED\"><FONT "
        "POINT-SIZE=\"13\"><B>{}</B></FONT></TD></TR>",
        escaped(box.name));
    for (const Note& note : box.notes) out += note_cells(note);
    return out + "</TABLE>";
}

std::string node(const Box& box) {
    switch (box.kind) {
        case Box::Kind::start:
            return fmt::format("  {} [shape=circle, style=filled, fillcolor=\"#333333\", width=0.16, label=\"\"];\n",
                               box.id);
        case Box::Kind::several:
            return fmt::format(
                "  {} [shape=box, style=\"rounded,dashed\", color=\"#8a8a8a\", fontsize=9, label=<{}>];\n", box.id,
                paragraph(box.notes.front().lines));
        case Box::Kind::end:
            return fmt::format(
                "  {} [shape=box, style=\"filled,rounded\", color=\"#9c4a3c\", fillcolor=\"#fbeeea\", "
                "fontsize=11, label=\"{}\"];\n",
                box.id, box.name);
        case Box::Kind::state: break;
    }
    return fmt::format("  {} [shape=plain, label=<{}>];\n", box.id, state_label(box));
}

}  // namespace

std::string dot_text(const Picture& picture) {
    std::string out = fmt::format(
        "digraph \"{}\" {{\n"
        "  graph [fontname=\"Helvetica\", fontsize=10, labelloc=t, labeljust=l, nodesep=0.45, ranksep=0.55, pad=0.25,\n"
        "         label=<<FONT POINT-SIZE=\"18\"><B>{}</B></FONT><BR ALIGN=\"LEFT\"/>{}>];\n"
        "  node [fontname=\"Helvetica\", margin=\"0.1,0.06\"];\n"
        "  edge [fontname=\"Helvetica\", fontsize=9, color=\"#55606e\", fontcolor=\"#22303f\", arrowsize=0.7];\n\n",
        picture.title, escaped(picture.title), paragraph(picture.legend));
    for (const Box& box : picture.boxes) out += node(box);
    out += '\n';
    for (const Arrow& a : picture.arrows) {
        out += fmt::format("  {} -> {}", picture.boxes[a.from].id, picture.boxes[a.to].id);
        if (!a.lines.empty()) out += fmt::format(" [label=<{}>]", paragraph(a.lines, " "));
        out += ";\n";
    }
    return out + "}\n";
}

}  // namespace conntrack::oracle

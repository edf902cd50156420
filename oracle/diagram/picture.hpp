// A state diagram ready to be written down in any notation: boxes with lines of text, and labelled arrows. Rows are
// grouped here, so that one arrow stands for all that leads from one state to another.
#pragma once

#include "oracle/diagram/state_table.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace conntrack::oracle {

/// What happens in a state without leaving it. The heading may be empty.
struct Note {
    std::string heading;
    std::vector<std::string> lines;
};

struct Box {
    enum class Kind { start, state, several, end };  // several: a list of states from which the same arrow leads
    Kind kind;
    std::string id;  // letters, digits and underlines
    std::string name;
    std::vector<Note> notes;
};

struct Arrow {
    std::size_t from, to;  // places in Picture::boxes
    std::vector<std::string> lines;
};

struct Picture {
    std::string title;
    std::vector<std::string> legend;
    std::vector<Box> boxes;
    std::vector<Arrow> arrows;
};

/// What leads from one state to another, its packets grouped; the legend says what is left out.
Picture overview(const StateTable& table);

/// Every row on its own line, with its guard, its action and its place among the rows of the same state and event.
Picture every_row(const StateTable& table);

}  // namespace conntrack::oracle

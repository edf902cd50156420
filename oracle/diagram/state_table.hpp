// A state machine as text: what a diagram is drawn from, once the types of a transition table have been read.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace conntrack::oracle {

/// What a row amounts to for the packet and its entry. Rows that lead to a state always move.
enum class Effect { moves, nothing, ignores, passes, refuses, rejects, deletes };

struct TableRow {
    std::size_t from;
    std::optional<std::size_t> to;  // none: an internal row
    std::string event;
    std::string guard;   // empty: none
    std::string action;  // empty: none
    Effect effect;
};

struct StateTable {
    std::string title;
    std::vector<std::string> states;
    std::size_t initial;
    std::vector<TableRow> rows;  // in the order in which they are tried
    std::string usual_guard;     // guards nearly every row, so that pictures do better without it; empty: no such guard
    std::string otherwise;       // what becomes of an event that no row takes; empty: cannot happen
};

}  // namespace conntrack::oracle

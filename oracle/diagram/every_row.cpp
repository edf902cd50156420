#include "oracle/diagram/picture.hpp"

#include <algorithm>
#include <iterator>

namespace conntrack::oracle {

namespace {

/// "original rst (2) [reset skips window] / advance unchecked": (2) is tried after (1).
std::string row_text(const StateTable& table, std::size_t index) {
    const TableRow& row = table.rows[index];
    const auto same = [&](const TableRow& r) { return r.from == row.from && r.event == row.event; };
    const auto here = std::next(table.rows.begin(), static_cast<long>(index));
    const auto before = std::count_if(table.rows.begin(), here, same);
    const auto all = std::count_if(table.rows.begin(), table.rows.end(), same);
    std::string out = row.event;
    if (all > 1) out += " (" + std::to_string(before + 1) + ")";
    if (!row.guard.empty()) out += " [" + row.guard + "]";
    if (!row.action.empty()) out += " / " + row.action;
    return out;
}

}  // namespace

Picture every_row(const StateTable& table) {
    Picture out{.title = table.title + ", every row", .legend = {}, .boxes = {}, .arrows = {}};
    for (const std::string& state : table.states) out.boxes.push_back({Box::Kind::state, state, state, {}});
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const TableRow& row = table.rows[i];
        const std::string text = row_text(table, i);
        if (!row.to) {
            auto& notes = out.boxes[row.from].notes;
            if (notes.empty()) notes.push_back({});
            notes.front().lines.push_back(text);
            continue;
        }
        const auto arrow = std::find_if(out.arrows.begin(), out.arrows.end(),
                                        [&](const Arrow& a) { return a.from == row.from && a.to == *row.to; });
        if (arrow == out.arrows.end())
            out.arrows.push_back({row.from, *row.to, {text}});
        else
            arrow->lines.push_back(text);
    }
    out.boxes.push_back({Box::Kind::start, "start", "", {}});
    out.arrows.push_back({out.boxes.size() - 1, table.initial, {}});
    out.legend.emplace_back(
        "event [guard] / action; a box holds the rows that lead to no state; (1) is tried before (2).");
    if (!table.otherwise.empty()) out.legend.push_back(table.otherwise);
    return out;
}

}  // namespace conntrack::oracle

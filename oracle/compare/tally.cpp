#include "oracle/compare/tally.hpp"

#include <algorithm>

namespace conntrack::oracle {

namespace {

/// The part of a line that a difference lies in: "verdict.ct", "entry", "events".
std::string part_of(const std::string& field) {
    const std::string head = field.substr(0, field.find_first_of(".["));
    return head == "verdict" ? field.substr(0, field.find('[')) : head;
}

}  // namespace

Tally counted(const Judged& judged) {
    Tally out;
    out.scenarios = 1;
    // A program that answers nothing makes no progress otherwise.
    out.packets = std::max<std::size_t>(judged.packets, judged.played.failure ? 1 : 0);
    const std::size_t last = judged.disagreement ? judged.disagreement->step : judged.played.recording.steps.size();
    for (const RecordedStep& s : judged.played.recording.steps) {
        if (static_cast<std::size_t>(&s - judged.played.recording.steps.data()) > last) break;
        for (const auto& [key, value] : s.line.items()) {
            if (key == "verdict" && value.is_object())
                for (const auto& [field, ignored] : value.items()) ++out.fields["verdict." + field].compared;
            else if (key == "entry" || key == "events" || key == "table" || key == "expect")
                ++out.fields[key].compared;
        }
    }
    if (judged.disagreement) ++out.fields[part_of(judged.disagreement->difference.field)].differ;
    return out;
}

Tally& Tally::operator+=(const Tally& other) {
    packets += other.packets;
    scenarios += other.scenarios;
    seconds += other.seconds;
    for (const auto& [name, field] : other.fields) {
        fields[name].compared += field.compared;
        fields[name].differ += field.differ;
    }
    return *this;
}

}  // namespace conntrack::oracle

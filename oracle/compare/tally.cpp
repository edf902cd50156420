#include "oracle/compare/tally.hpp"

#include <algorithm>
#include <initializer_list>
#include <span>

namespace conntrack::oracle {

namespace {

/// The part of a line that a difference lies in: "verdict.ct", "entry", "events".
std::string part_of(const std::string& field) {
    const std::string head = field.substr(0, field.find_first_of(".["));
    return head == "verdict" ? field.substr(0, field.find('[')) : head;
}

/// Of steps by their values.
void count_shown(std::span<const ShownStep> steps, Tally& out) {
    const auto count = [&](std::initializer_list<const char*> fields, auto has) {
        const auto times = static_cast<std::size_t>(std::ranges::count_if(steps, has));
        for (const char* field : fields)
            if (times != 0) out.fields[field].compared += times;
    };
    using S = ShownStep;
    count({"events"}, [](const S&) { return true; });
    count({"entry"}, [](const S& s) { return s.entry.has_value(); });
    count({"table"}, [](const S& s) { return s.table.has_value(); });
    count({"expect"}, [](const S& s) { return s.expected.has_value(); });
    count({"verdict.seen", "verdict.ct", "verdict.dir", "verdict.emerged"},
          [](const S& s) { return s.verdict.has_value(); });
    count({"verdict.side", "verdict.out"}, [](const S& s) { return s.verdict && s.verdict->emerged; });
    count({"verdict.more"}, [](const S& s) { return s.verdict && !s.verdict->more.empty(); });
    count({"verdict.local"}, [](const S& s) { return s.verdict && !s.verdict->local.empty(); });
}

/// Of a step by its line.
void count_line(const Json& line, Tally& out) {
    for (const auto& [key, value] : line.items()) {
        if (key == "verdict" && value.is_object())
            for (const auto& [field, ignored] : value.items()) ++out.fields["verdict." + field].compared;
        else if (key == "entry" || key == "events" || key == "table" || key == "expect")
            ++out.fields[key].compared;
    }
}

}  // namespace

Tally counted(const Judged& judged) {
    Tally out;
    out.scenarios = 1;
    // A program that answers nothing makes no progress otherwise.
    out.packets = std::max<std::size_t>(judged.packets, judged.played.failure ? 1 : 0);
    const Recording& recording = judged.played.recording;
    std::size_t steps = recording.steps.size();
    if (judged.disagreement) steps = std::min(steps, judged.disagreement->step + 1);
    if (recording.shown)
        count_shown(std::span(recording.shown->steps).first(steps), out);
    else
        for (const RecordedStep& s : std::span(recording.steps).first(steps)) count_line(s.line, out);
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

#include "oracle/diagram/events.hpp"
#include "oracle/diagram/picture.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace conntrack::oracle {

namespace {

constexpr std::size_t label_columns = 30, note_columns = 34;
constexpr std::size_t folded_from = 3;  // so many arrows of one label into one state are drawn as one

/// Events that have the same guard, in the order of the table.
struct Guarded {
    std::string guard;
    std::vector<std::string> events;
    bool operator==(const Guarded&) const = default;
};
using Label = std::vector<Guarded>;

void add(Label& label, const std::string& guard, const std::string& event) {
    auto at = std::find_if(label.begin(), label.end(), [&](const Guarded& g) { return g.guard == guard; });
    if (at == label.end()) at = label.insert(label.end(), {guard, {}});
    if (std::find(at->events.begin(), at->events.end(), event) == at->events.end()) at->events.push_back(event);
}

std::string text(const Guarded& g) { return joined_events(g.events) + g.guard; }

std::vector<std::string> lines(const Label& label, std::size_t width) {
    std::vector<std::string> out;
    for (const Guarded& g : label)
        for (std::string& line : wrapped(text(g), width)) out.push_back(std::move(line));
    return out;
}

const char* heading(Effect effect) {
    switch (effect) {
        case Effect::moves: return "stays";
        case Effect::nothing: return "nothing";
        case Effect::ignores: return "ignored";
        case Effect::passes: return "let through";
        case Effect::refuses: return "INVALID";
        case Effect::rejects: return "out of window";
        case Effect::deletes: break;  // drawn as an arrow
    }
    return "";
}

/// What leaves a state as it is, by effect.
using Notes = std::map<Effect, Label>;

/// One arrow before its source is known to be one state: the same label may lead from many.
struct Bundle {
    std::vector<std::size_t> sources;
    std::size_t target;
    Label label;
};

/// Sorts the rows of a table into arrows and notes.
class Overview {
  public:
    explicit Overview(const StateTable& table) : table_(table), notes_(table.states.size()) {
        picture_.title = table.title;
        for (const std::string& state : table.states) add_box(Box::Kind::state, state, state);
        for (std::size_t i = 0; i < table.rows.size(); ++i) sort(i);
    }

    Picture draw() && {
        fold();
        write_legend();
        for (std::size_t state = 0; state < notes_.size(); ++state)
            for (const auto& [effect, label] : notes_[state])
                picture_.boxes[state].notes.push_back({heading(effect), lines(label, note_columns)});
        for (const Bundle& bundle : arrows_) draw_arrow(bundle);
        const std::size_t start = add_box(Box::Kind::start, "start", "");
        picture_.arrows.push_back({start, table_.initial, {}});
        return std::move(picture_);
    }

  private:
    std::size_t add_box(Box::Kind kind, const std::string& id, const std::string& name) {
        picture_.boxes.push_back({kind, id, name, {}});
        return picture_.boxes.size() - 1;
    }

    /// The box that stands for the end which an action makes of an entry.
    std::size_t end_box(const std::string& action) {
        for (std::size_t i = 0; i < picture_.boxes.size(); ++i)
            if (picture_.boxes[i].kind == Box::Kind::end && picture_.boxes[i].name == action) return i;
        std::string id = action;
        std::replace(id.begin(), id.end(), ' ', '_');
        return add_box(Box::Kind::end, id, action);
    }

    /// The guard as the picture has it, with a blank before it.
    [[nodiscard]] std::string shown_guard(std::size_t index) const {
        const TableRow& row = table_.rows[index];
        if (!row.guard.empty()) return row.guard == table_.usual_guard ? "" : " [" + row.guard + "]";
        const auto before = std::any_of(table_.rows.begin(), std::next(table_.rows.begin(), static_cast<long>(index)),
                                        [&](const TableRow& r) { return r.from == row.from && r.event == row.event; });
        if (before) return " [else]";
        const bool usual = (row.to || row.effect == Effect::deletes) && !table_.usual_guard.empty();
        return usual ? " [always]" : "";
    }

    void sort(std::size_t index) {
        const TableRow& row = table_.rows[index];
        const std::string guard = shown_guard(index);
        if (row.to && *row.to != row.from)
            add(arrow(row.from, *row.to), guard, row.event);
        else if (row.effect == Effect::deletes)
            add(arrow(row.from, end_box(row.action)), guard, row.event);
        else
            add(notes_[row.from][row.effect], guard, row.event);
    }

    Label& arrow(std::size_t from, std::size_t to) {
        for (Bundle& b : arrows_)
            if (b.sources.front() == from && b.target == to) return b.label;
        return arrows_.emplace_back(Bundle{{from}, to, {}}).label;
    }

    /// Draws arrows that say the same and lead to the same state as one.
    void fold() {
        std::vector<Bundle> out;
        for (const Bundle& b : arrows_) {
            const auto same = [&](const Bundle& o) { return o.target == b.target && o.label == b.label; };
            const auto times = std::count_if(arrows_.begin(), arrows_.end(), same);
            const auto at = std::find_if(out.begin(), out.end(), same);
            if (at == out.end() || static_cast<std::size_t>(times) < folded_from)
                out.push_back(b);
            else
                at->sources.push_back(b.sources.front());
        }
        arrows_ = std::move(out);
    }

    void draw_arrow(const Bundle& bundle) {
        std::size_t from = bundle.sources.front();
        if (bundle.sources.size() > 1) {
            std::string names;
            for (const std::size_t s : bundle.sources) names += (names.empty() ? "" : ", ") + table_.states[s];
            from = add_box(Box::Kind::several, "several_" + std::to_string(picture_.boxes.size()), "");
            picture_.boxes[from].notes.push_back({"", wrapped(names, note_columns)});
        }
        picture_.arrows.push_back({from, bundle.target, lines(bundle.label, label_columns)});
    }

    /// Takes the events that are INVALID in every state, without a guard, out of the boxes.
    std::vector<std::string> take_always_invalid() {
        std::vector<std::string> out = table_.rows.empty() ? std::vector<std::string>{} : invalid_events(0);
        for (std::size_t s = 1; s < notes_.size(); ++s) {
            const auto here = invalid_events(s);
            std::erase_if(out, [&](const std::string& e) { return std::count(here.begin(), here.end(), e) == 0; });
        }
        if (out.empty()) return out;
        for (Notes& notes : notes_) {
            Label& label = notes[Effect::refuses];
            for (Guarded& g : label)
                std::erase_if(g.events,
                              [&](const std::string& e) { return std::count(out.begin(), out.end(), e) != 0; });
            std::erase_if(label, [](const Guarded& g) { return g.events.empty(); });
            if (label.empty()) notes.erase(Effect::refuses);
        }
        return out;
    }

    [[nodiscard]] std::vector<std::string> invalid_events(std::size_t state) const {
        const auto note = notes_[state].find(Effect::refuses);
        if (note == notes_[state].end()) return {};
        const auto at =
            std::find_if(note->second.begin(), note->second.end(), [](const Guarded& g) { return g.guard.empty(); });
        return at == note->second.end() ? std::vector<std::string>{} : at->events;
    }

    void write_legend() {
        auto& legend = picture_.legend;
        legend.emplace_back(
            "A box names the events that leave its state as it is; what has a [guard] is tried before [else].");
        if (!table_.otherwise.empty()) legend.push_back(table_.otherwise);
        if (!table_.usual_guard.empty())
            legend.push_back("Left out: [" + table_.usual_guard +
                             "], the guard of each arrow and stay that shows none.");
        if (const auto events = take_always_invalid(); !events.empty())
            legend.push_back("Left out: what is INVALID in every state: " + joined_events(events) + ".");
        legend.emplace_back("Left out: actions, and the order of guards. Option --all draws every row.");
    }

    const StateTable& table_;
    Picture picture_;
    std::vector<Notes> notes_;
    std::vector<Bundle> arrows_;
};

}  // namespace

Picture overview(const StateTable& table) { return Overview(table).draw(); }

}  // namespace conntrack::oracle

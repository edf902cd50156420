#include "oracle/check/check.hpp"

#include "oracle/check/quick_check.hpp"
#include "oracle/check/recorded_choice.hpp"
#include "oracle/check/recorded_evictions.hpp"
#include "oracle/text/addresses.hpp"
#include "oracle/text/packet_text.hpp"
#include "spec/clause_table.hpp"
#include "spec/tuple_of.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

namespace conntrack::oracle {

namespace {

/// Takes what exact times say, unless the script says otherwise; remembers every question, so that another run can
/// answer the last one differently.
class ScriptedChoices final : public Choices {
  public:
    struct Answer {
        bool passed;
        bool turned = false;
    };

    ScriptedChoices(const Recording& recording, Time width, std::vector<Answer> script)
        : recording_(recording), width_(width), answers_(std::move(script)) {}

    [[nodiscard]] Time edge_width() const override { return width_; }

    bool passed(Edge edge, const Chooser& entry, bool by_the_clock) override {
        const auto key = std::tuple(step_, edge, entry.id);
        if (const auto it = this_step_.find(key); it != this_step_.end()) return it->second;
        if (next_ == answers_.size()) answers_.push_back({by_the_clock});
        return this_step_.emplace(key, answers_[next_++].passed).first->second;
    }

    /// The part that was recorded, if it lies among those that may be tried; the model then finds out whether it is
    /// free.
    std::uint16_t search_start(const Chooser& entry, nat::Manip manip, std::uint32_t first,
                               std::uint32_t size) override {
        const auto part = recorded_part(recording_, step_, entry, manip);
        if (!part) return 0;
        if (*part >= first && *part - first < size) {
            refusal_ = Clause::nat_choice_taken;  // unless the model comes to it
            return static_cast<std::uint16_t>(*part - first);
        }
        refusal_ = Clause::nat_choice_outside;
        return 0;
    }
    std::optional<std::uint16_t> expected_port(const Tuple& announced) override {
        return recorded_expected_port(recording_, step_, announced);
    }
    /// Why a recorded choice of this step, if the model did not make it, is not permitted.
    [[nodiscard]] std::optional<Clause> refusal() const { return refusal_; }
    /// What the recording shows of a full table. It lives as long as the run.
    void take_evictions_from(RecordedEvictions& evictions) { evictions_ = &evictions; }

    std::uint32_t bucket(const Tuple& tuple, std::uint32_t buckets) override {
        // Another edition, or another number of buckets, than was recorded: some bucket must do.
        return evictions_->bucket(tuple, Choices::bucket(tuple, buckets)) % buckets;
    }
    std::optional<EarlyDropSeen> early_drop_seen() override { return evictions_->early_drop(); }
    bool expired_is_counted() override { return evictions_->packet_was_refused(); }
    std::optional<Time> collector_begins(Time) override { return std::nullopt; }
    std::vector<CollectedSeen> collected() override { return evictions_->collected(); }

    void begin_step(std::size_t step) {
        step_ = step;
        evictions_->begin_step(step);
        this_step_.clear();
        refusal_.reset();
    }

    /// The script that answers the last question that was not yet turned the other way; nothing if there is none.
    [[nodiscard]] std::optional<std::vector<Answer>> next_script() const {
        std::vector<Answer> script(answers_.begin(), answers_.begin() + static_cast<std::ptrdiff_t>(next_));
        while (!script.empty() && script.back().turned) script.pop_back();
        if (script.empty()) return std::nullopt;
        script.back() = {!script.back().passed, true};
        return script;
    }

  private:
    const Recording& recording_;
    Time width_;
    std::optional<Clause> refusal_;
    std::vector<Answer> answers_;
    std::size_t next_ = 0, step_ = 0;
    RecordedEvictions* evictions_ = nullptr;
    std::map<std::tuple<std::size_t, Edge, EntryId>, bool> this_step_;
};

std::optional<std::vector<std::uint8_t>> sent_packet(const Json& line) {
    const auto it = line.find("sent");
    return it == line.end() || !it->is_string() ? std::nullopt : parse_hex(it->get<std::string>());
}

bool shows_state(const Recording& recording) {
    return std::ranges::any_of(recording.steps, [](const RecordedStep& s) {
        return std::ranges::any_of(std::array{"table", "limbo", "proc", "alive", "count"},
                                   [&](const char* key) { return s.line.contains(key); });
    });
}

/// Puts the model's view of the recorded `entry` beside it. Those of captures are the oracle's own.
void show_entry(Player& player, const Recording& recording, const RecordedStep& recorded, StepResult& result) {
    const Fields line(recorded.line, {recording.path, recorded.line_number}, "");
    if (!line.has("entry") || line.has("frame")) return;
    std::optional<Tuple> wanted = result.carried;
    if (!line.json().at("entry").is_null()) {
        const Fields entry = line.object("entry");
        wanted = entry.object("orig").tuple();
        if (entry.has("zone")) wanted->zone = entry.port("zone");
    }
    result.json["entry"] = wanted ? player.entry_with(*wanted, recorded.step.at) : Json(nullptr);
}

struct Model {
    EditionId edition;
    TrackerKind tracker = TrackerKind::model;
    const EditionVariant* variant = nullptr;
};

std::optional<Disagreement> run(const Recording& recording, const Model& model, ScriptedChoices& choices,
                                std::vector<StepResult>* kept) {
    Player player(
        recording.scenario, model.edition,
        {.tracker = model.tracker, .table_after_every_step = shows_state(recording), .variant = model.variant});
    player.tracker().choose_by(choices);
    RecordedEvictions evictions(recording, player.tracker());
    choices.take_evictions_from(evictions);
    player.before_packet([&](const Packet& packet) {
        evictions.packet_has(tuple_of(packet, player.edition(), player.tracker().modules()));
    });
    for (std::size_t i = 0; i < recording.steps.size(); ++i) {
        const RecordedStep& recorded = recording.steps[i];
        choices.begin_step(i);
        const auto sent = sent_packet(recorded.line);
        StepResult result = player.play(recorded.step, sent ? &*sent : nullptr);
        show_entry(player, recording, recorded, result);
        if (kept != nullptr) kept->push_back(result);
        if (auto difference = compare(recorded.line, result, player.edition(),
                                      {.flushing = frees_order(recorded.step), .partial = recording.partial})) {
            std::optional<Clause> clause;
            if (result.verdict) clause = result.verdict->clause;
            if (choices.refusal()) clause = choices.refusal();
            return Disagreement{i, recorded.line_number, *std::move(difference),
                                result.packet ? packet_text(*result.packet) : result.malformed,
                                clause ? std::string(info(*clause).name) : ""};
        }
    }
    return std::nullopt;
}

std::size_t packets_of(const Recording& recording) {
    return static_cast<std::size_t>(std::ranges::count_if(
        recording.steps, [](const RecordedStep& s) { return std::holds_alternative<PacketStep>(s.step.action); }));
}

CheckResult check_on(const Recording& recording, const Model& model, Keep keep) {
    if (recording.shown) {
        Recording written = recording;
        write_lines(written);
        return check_on(written, model, keep);
    }
    CheckResult result;
    result.packets = packets_of(recording);
    const Time width = (model.edition == EditionId::linux_6_18 ? live_clock_tick : 0) + recording.clock_width;
    constexpr int tries_max = 500;
    std::vector<ScriptedChoices::Answer> script;
    for (int tries = 0; tries < tries_max; ++tries) {
        ScriptedChoices choices(recording, width, script);
        std::vector<StepResult> steps;
        auto disagreement = run(recording, model, choices, keep == Keep::steps ? &steps : nullptr);
        // What is reported is where the run that came furthest failed.
        if (!disagreement || !result.disagreement || result.disagreement->step < disagreement->step) {
            result.model = std::move(steps);
            result.disagreement = std::move(disagreement);
        }
        if (!result.disagreement) return result;
        auto next = choices.next_script();
        if (!next) return result;
        script = *std::move(next);
    }
    return result;
}

}  // namespace

bool frees_order(const Step& step) {
    return std::holds_alternative<FlushStep>(step.action) ||
           std::holds_alternative<FlushExpectationsStep>(step.action) ||
           std::holds_alternative<InterfacesStep>(step.action);
}

CheckResult check(const Recording& recording, std::optional<EditionId> edition, TrackerKind tracker, Keep keep) {
    const EditionId as = edition.value_or(recording.scenario.edition);
    const bool may_be_quick =
        recording.shown && as == EditionId::linux_6_18 && tracker == TrackerKind::model && keep == Keep::nothing;
    if (may_be_quick && surely_agrees(recording)) return {packets_of(recording), std::nullopt, {}};
    return check_on(recording, {as, tracker}, keep);
}

CheckResult check(const Recording& recording, const EditionVariant& variant, Keep keep) {
    return check_on(recording, {variant.edition.id, TrackerKind::model, &variant}, keep);
}

}  // namespace conntrack::oracle

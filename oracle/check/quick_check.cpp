#include "oracle/check/quick_check.hpp"

#include "oracle/check/check.hpp"
#include "oracle/check/recorded_choice.hpp"
#include "oracle/check/sure_agreement.hpp"
#include "oracle/play/player.hpp"

#include <algorithm>

namespace conntrack::oracle {

namespace {

/// Takes what exact times say, and where Linux is free what it was seen to choose.
class SeenChoices final : public Choices {
  public:
    explicit SeenChoices(const Recording& recording)
        : shown_(recording.shown->steps), width_(live_clock_tick + recording.clock_width) {}

    void begin_step(std::size_t step) { step_ = step; }

    [[nodiscard]] Time edge_width() const override { return width_; }
    std::uint16_t search_start(const Chooser& entry, nat::Manip manip, std::uint32_t first,
                               std::uint32_t size) override {
        const auto part = shown_part(shown_, step_, entry, manip);
        return part && *part >= first && *part - first < size ? static_cast<std::uint16_t>(*part - first)
                                                              : std::uint16_t{0};
    }
    std::optional<std::uint16_t> expected_port(const Tuple& announced) override {
        return shown_expected_port(shown_[step_], announced);
    }
    std::optional<Time> collector_begins(Time) override { return std::nullopt; }

  private:
    const std::vector<ShownStep>& shown_;
    Time width_;
    std::size_t step_ = 0;
};

/// Fillers, held packets and interfaces that change show in what only lines hold, or leave choices that only lines
/// show.
bool is_plain(const Step& step) {
    if (const auto* packet = std::get_if<PacketStep>(&step.action)) return !packet->hold;
    return !std::holds_alternative<ReleaseStep>(step.action) && !std::holds_alternative<FillStep>(step.action) &&
           !std::holds_alternative<InterfacesStep>(step.action);
}

/// The model's view of the entry that is shown.
std::optional<ShownEntry> entry_of(const Player& player, const std::optional<ShownEntry>& shown,
                                   const StepResult& result, Time at) {
    if (shown) return player.shown_entry_with(tuple_to_find(*shown), at);
    return result.carried ? player.shown_entry_with(*result.carried, at) : std::nullopt;
}

/// Every step was done when the scenario says; or, where that says that all happens at once, within the second.
std::optional<Read> read_when(const Recording& recording) {
    const std::vector<Step>& steps = recording.scenario.steps;
    const auto at_once = [](const Step& step) { return step.at == 0; };
    const auto in_time = [](const RecordedStep& done, const Step& step) { return done.step.at == step.at; };
    if (std::ranges::equal(recording.steps, steps, in_time)) return Read::at_once;
    const bool is_soon = std::ranges::all_of(steps, at_once) && recording.steps.back().step.at < nanoseconds_per_second;
    return is_soon ? std::optional(Read::later) : std::nullopt;
}

/// By what the model did while the scenario was made. Where the model was free, it may have chosen otherwise.
bool surely_as_foreseen(const Recording& recording) {
    const auto& foreseen = recording.scenario.foreseen;
    const std::vector<ShownStep>& shown = recording.shown->steps;
    if (!foreseen || foreseen->edition != EditionId::linux_6_18 || foreseen->steps.size() != shown.size()) return false;
    const auto read = read_when(recording);
    if (!read) return false;
    for (std::size_t i = 0; i < shown.size(); ++i)
        if (!surely_agree(shown[i], foreseen->steps[i], frees_order(recording.steps[i].step), *read)) return false;
    return true;
}

/// By the model at the times at which the steps were really done, with the choices that were seen.
bool surely_as_played(const Recording& recording) {
    const std::vector<ShownStep>& shown = recording.shown->steps;
    SeenChoices choices(recording);
    Player player(recording.scenario, EditionId::linux_6_18,
                  {.table_after_every_step = false, .form = Player::Form::values});
    player.tracker().choose_by(choices);
    for (std::size_t i = 0; i < recording.steps.size(); ++i) {
        const Step& step = recording.steps[i].step;
        choices.begin_step(i);
        StepResult result = player.play(step, shown[i].entered ? &*shown[i].entered : nullptr);
        if (shown[i].entry) result.shown.entry = entry_of(player, *shown[i].entry, result, step.at);
        if (!surely_agree(shown[i], result.shown, frees_order(step))) return false;
    }
    return true;
}

}  // namespace

bool surely_agrees(const Recording& recording) {
    if (!recording.shown || recording.shown->edition != EditionId::linux_6_18 || recording.partial) return false;
    const bool plain = std::ranges::all_of(recording.steps, [](const RecordedStep& s) { return is_plain(s.step); });
    return plain && (surely_as_foreseen(recording) || surely_as_played(recording));
}

}  // namespace conntrack::oracle

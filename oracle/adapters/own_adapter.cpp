#include "oracle/adapters/own_adapter.hpp"

#include "oracle/adapters/answer_line.hpp"
#include "oracle/play/player.hpp"

namespace conntrack::oracle {

namespace {

void write_lines_of(EditionId edition, TrackerKind tracker, Recording& recording) {
    Player player(recording.scenario, edition, {.tracker = tracker, .table_after_every_step = false});
    for (RecordedStep& s : recording.steps) s.line = answer_line(player, s.step);
}

}  // namespace

std::string OwnAdapter::name() const {
    return (tracker_ == TrackerKind::fast ? "fast:" : "model:") + std::string(edition(edition_).name);
}

Played OwnAdapter::play(const Scenario& scenario) {
    Played out;
    out.recording.scenario = scenario;
    out.recording.path = name();
    for (const Step& step : scenario.steps) out.recording.steps.push_back({step, {}, 0});
    // Earlier editions tell more in lines than values hold.
    if (edition_ != EditionId::linux_6_18) {
        write_lines_of(edition_, tracker_, out.recording);
        return out;
    }
    Player player(scenario, edition_,
                  {.tracker = tracker_, .table_after_every_step = false, .form = Player::Form::values});
    Shown& shown = out.recording.shown.emplace();
    shown.edition = edition_;
    for (const Step& step : scenario.steps) shown.steps.push_back(shown_answer(player, step).shown);
    shown.write = [edition = edition_, tracker = tracker_](Recording& r) { write_lines_of(edition, tracker, r); };
    return out;
}

}  // namespace conntrack::oracle

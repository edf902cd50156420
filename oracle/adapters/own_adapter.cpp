#include "oracle/adapters/own_adapter.hpp"

#include "oracle/adapters/answer_line.hpp"
#include "oracle/play/player.hpp"

namespace conntrack::oracle {

std::string OwnAdapter::name() const {
    return (tracker_ == TrackerKind::fast ? "fast:" : "model:") + std::string(edition(edition_).name);
}

Played OwnAdapter::play(const Scenario& scenario) {
    Played out;
    out.recording.scenario = scenario;
    out.recording.path = name();
    Player player(scenario, edition_, {.tracker = tracker_, .table_after_every_step = false});
    for (const Step& step : scenario.steps) out.recording.steps.push_back({step, answer_line(player, step), 0});
    return out;
}

}  // namespace conntrack::oracle

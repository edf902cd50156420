#include "oracle/adapters/kernel/kernel_adapter.hpp"

#include "oracle/adapters/kernel/live_stage.hpp"

#include <algorithm>

namespace conntrack::oracle::kernel {

namespace {

/// Those that scenarios with fragments have left wait until these have gone.
constexpr std::size_t stages_max = 128;

}  // namespace

KernelAdapter::KernelAdapter(Shows shows) : shows_(shows) {
    stages_.push_back(std::make_unique<LiveStage>(default_interfaces()));
}

KernelAdapter::~KernelAdapter() { (void)home_.enter(); }

Played KernelAdapter::play(const Scenario& scenario) {
    constexpr int tries_max = 5;
    for (int tries = 1;; ++tries) {
        try {
            Played out = play_once(scenario);
            if (!stages_.front()->was_interrupted() || tries == tries_max) return out;
        } catch (const Overrun& e) {
            if (tries == tries_max) throw CannotRun(e.what());
        }
    }
}

/// The last one, if the scenario can begin there; else another one, or a new one.
void KernelAdapter::come_to_stage(const Scenario& scenario) {
    const auto fits = [&](const std::unique_ptr<LiveStage>& stage) { return stage->fits(scenario); };
    std::erase_if(stages_, [](const std::unique_ptr<LiveStage>& stage) { return stage->is_spent(); });
    auto found = std::ranges::find_if(stages_, fits);
    if (found == stages_.end()) {
        if (stages_.size() == stages_max) stages_.pop_back();
        found = stages_.insert(stages_.end(), std::make_unique<LiveStage>(scenario.interfaces));
    }
    std::rotate(stages_.begin(), found, found + 1);
    stages_.front()->enter_namespace();
}

Played KernelAdapter::play_once(const Scenario& scenario) {
    come_to_stage(scenario);
    Played out;
    out.recording.scenario = scenario;
    out.recording.path = name();
    stages_.front()->play(scenario, shows_, out.recording);
    if (shows_ == Shows::table) write_lines(out.recording);
    return out;
}

}  // namespace conntrack::oracle::kernel

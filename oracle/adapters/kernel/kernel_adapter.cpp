#include "oracle/adapters/kernel/kernel_adapter.hpp"

#include "oracle/adapters/kernel/live_stage.hpp"

namespace conntrack::oracle::kernel {

KernelAdapter::KernelAdapter(Shows shows) : shows_(shows), live_(std::make_unique<LiveStage>(default_interfaces())) {}

KernelAdapter::~KernelAdapter() = default;

Played KernelAdapter::play(const Scenario& scenario) {
    constexpr int tries_max = 5;
    for (int tries = 1;; ++tries) {
        Played out = play_once(scenario);
        if (!live_->was_interrupted() || tries == tries_max) return out;
    }
}

Played KernelAdapter::play_once(const Scenario& scenario) {
    if (!live_ || !live_->fits(scenario)) {
        live_.reset();
        live_ = std::make_unique<LiveStage>(scenario.interfaces);
    }
    Played out;
    out.recording.scenario = scenario;
    out.recording.path = name();
    live_->begin(scenario);
    for (const Step& step : scenario.steps) out.recording.steps.push_back(live_->play(step, out.recording, shows_));
    out.recording.clock_width = live_->clock_width();
    return out;
}

}  // namespace conntrack::oracle::kernel

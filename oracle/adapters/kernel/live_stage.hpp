// A scenario on the running kernel, step by step, in the form of a recording.
#pragma once

#include "oracle/adapters/kernel/entries.hpp"
#include "oracle/adapters/kernel/kernel_adapter.hpp"
#include "oracle/adapters/kernel/stage.hpp"
#include "oracle/adapters/kernel/verdict_log.hpp"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace conntrack::oracle::kernel {

class LiveStage {
  public:
    explicit LiveStage(const std::vector<Interface>& interfaces);

    /// Can the scenario begin here, or does it need a stage of its own?
    [[nodiscard]] bool fits(const Scenario& scenario) const;
    /// An empty table under the scenario's settings and rules.
    void begin(const Scenario& scenario);
    /// Does the step when its time has come. `so_far` are the steps before it.
    RecordedStep play(const Step& step, const Recording& so_far, KernelAdapter::Shows shows);
    /// Was the process kept from running within a step, so that the times of that step say little?
    [[nodiscard]] bool was_interrupted() const { return was_interrupted_; }
    /// By how much the times of a scenario that waits may be off: what the longest of its steps took.
    [[nodiscard]] Time clock_width() const { return waits_ ? clock_width_ : 0; }

  private:
    Stage stage_;
    Stage::Rules rules_;
    VerdictLog log_;
    Entries entries_;
    std::map<std::string, std::string> settings_before_;  // those that the scenario changed
    std::chrono::steady_clock::time_point began_;
    bool was_interrupted_ = false;
    bool waits_ = false;  // what expires meanwhile has to be looked for
    Time clock_width_ = 0;
    std::vector<Json> late_;  // events that the look at the last step brought about
    bool has_changed_interfaces_ = false;
    bool may_hold_fragments_ = false;  // which the next scenario must not meet

    void change_interfaces(const InterfacesStep& step);
    void change_settings(const SysctlStep& step);
    Json play_packet(const PacketStep& step, const std::vector<std::uint8_t>& bytes, Json& line);
    void take_late_events(Json& line);
    void show_entry(const std::vector<std::uint8_t>& bytes, Json& line);
};

}  // namespace conntrack::oracle::kernel

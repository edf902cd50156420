// The running kernel as a program to compare with.
#pragma once

#include "oracle/adapters/adapter.hpp"
#include "oracle/adapters/kernel/cannot_run.hpp"
#include "oracle/adapters/kernel/network_namespace.hpp"

#include <memory>
#include <vector>

namespace conntrack::oracle::kernel {

class LiveStage;

class KernelAdapter final : public Adapter {
  public:
    /// What is shown besides verdicts and events: the packet's entry; or the whole table after every step.
    enum class Shows : std::uint8_t { entry, table };

    /// Throws CannotRun if this machine does not let us.
    explicit KernelAdapter(Shows shows);
    ~KernelAdapter() override;

    [[nodiscard]] std::string name() const override { return "kernel"; }
    [[nodiscard]] bool keeps_real_time() const override { return true; }
    /// Waits until each step's time has come. Throws InputError for a step that it cannot take. Plays again what the
    /// machine was too busy for.
    Played play(const Scenario& scenario) override;

  private:
    Shows shows_;
    NetworkNamespace home_;
    std::vector<std::unique_ptr<LiveStage>> stages_;  // the first is the one that was used last

    Played play_once(const Scenario& scenario);
    void come_to_stage(const Scenario& scenario);
};

}  // namespace conntrack::oracle::kernel

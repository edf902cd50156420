// A scenario on the running kernel. Steps follow one another without waiting for what is told of them: all of it comes
// to one socket, in the order in which it happened, and is read when somebody needs it, or at the end.
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

    /// Can the scenario begin here now, or does it need another stage?
    [[nodiscard]] bool fits(const Scenario& scenario) const;
    /// No scenario can begin here any more.
    [[nodiscard]] bool is_spent() const;
    /// The calling thread works here from now on.
    void enter_namespace() const { stage_.enter_namespace(); }
    /// Plays it on an empty table under its settings and rules, each step when its time has come. Throws Overrun.
    void play(const Scenario& scenario, KernelAdapter::Shows shows, Recording& out);
    /// Was the process kept from running within a step, so that the times of that step say little?
    [[nodiscard]] bool was_interrupted() const { return was_interrupted_; }

  private:
    /// What is known of a step before all that is told of it has been read.
    struct Way {
        const std::vector<std::uint8_t>* entered = nullptr;  // null: no packet
        std::vector<Stage::Left> left;
        LoggedVerdict logged;
        std::optional<std::optional<ShownEntry>> answer;
    };

    Stage stage_;
    Stage::Rules rules_;
    NetlinkSocket heard_;
    Entries entries_;
    std::map<std::string, std::string> settings_before_;  // those that the scenario changed
    std::chrono::steady_clock::time_point began_;
    bool was_interrupted_ = false;
    bool waits_ = false;  // what expires meanwhile has to be looked for
    Time clock_width_ = 0;
    std::vector<ShownNotice> late_;  // events that the look at the last step brought about
    bool has_changed_interfaces_ = false;
    bool met_fragments_ = false;                         // in this scenario
    bool fragments_go_soon_ = false;                     // what is not whole within a second
    std::chrono::steady_clock::time_point is_clean_at_;  // no fragment is left of earlier scenarios
    bool may_expect_ = false;                            // rules name helpers

    std::vector<ShownStep> shown_;  // of the scenario that is played
    std::vector<Way> ways_;         // by step
    std::size_t answered_ = 0;      // so many steps are told of to their end,
    std::size_t judged_ = 0;        // and so many have their verdict

    void begin(const Scenario& scenario);
    void play(const Scenario& scenario, const Step& step, KernelAdapter::Shows shows, Time& at);
    void wait_for(const Step& step);
    std::vector<ShownNotice> look_for_expired(const Step& step);
    void change_interfaces(const InterfacesStep& step);
    void let_fragments_go_soon(bool soon);
    void leave_fragments();
    void change_settings(const SysctlStep& step);
    void change_rules(const Stage::Rules& rules);
    void send(const PacketStep& step);
    void change(const Scenario& scenario, const Step& step);
    bool ask_for_entry();
    void look(KernelAdapter::Shows shows);
    void look_late();
    void listen(std::vector<ShownNotice>* events = nullptr);
    void judge();
    void judge(Way& way, ShownStep& shown);
};

}  // namespace conntrack::oracle::kernel

#include "oracle/replay/replay.hpp"

#include "oracle/record/step_json.hpp"
#include "oracle/replay/rule_remarks.hpp"
#include "oracle/text/packet_text.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <exception>

namespace conntrack::oracle {

namespace {

class ScenarioReplay {
  public:
    ScenarioReplay(const Scenario& scenario, const ReplayOptions& options, Sink& sink)
        : scenario_(scenario),
          options_(options),
          sink_(sink),
          player_(scenario, options.edition.value_or(scenario.edition),
                  {.checksum = options.checksum.value_or(wire::ChecksumPolicy::verify),
                   .later_notifier = options.later_notifier,
                   .tracker = options.tracker,
                   .trace = options.trace,
                   .keeps_chains = options.keeps_chains}) {}

    void run() {
        remark_on_all_rules();
        if (options_.prepare) options_.prepare(player_.tracker(), 0, options_.warn);
        sink_.begin(player_.tracker());
        player_.before_packet([this](const Packet& packet) {
            report_.packet = &packet;
            if (options_.before_packet) options_.before_packet(player_.tracker(), report_);
        });
        player_.on_elapsed([this](PacketPath::Elapsed&& elapsed) { elapsed_.push_back(std::move(elapsed)); });
        player_.before_release([this](const Passage& passage) {
            report_.packet = passage.arrived ? &*passage.arrived : nullptr;
            report_.entry = passage.flight.entry();
            if (options_.before_packet) options_.before_packet(player_.tracker(), report_);
        });
        player_.on_packet([this](const Passage& passage) {
            tell_lost({.lost = passage.lost, .told = {}});
            if (!passage.arrived) return;
            report_.packet = &*passage.arrived;
            const Verdict verdict = passage.verdict();
            report_.verdict = &verdict;
            report_.entry = passage.flight.entry();
            report_.fragments = passage.fragments;
            report_.passage = &passage;
            told_ = true;
            tell([&] { sink_.packet(report_); });
        });
        player_.on_release([this](const Passage& passage) {
            told_ = true;
            tell([&] { sink_.released(report_.item, released_, passage); });
        });
        Time now = 0;
        for (std::size_t i = 0; i < scenario_.steps.size() && i <= options_.last_item; ++i) {
            play(i, scenario_.steps[i]);
            now = scenario_.steps[i].at;
        }
        if (options_.last_item >= scenario_.steps.size()) warn_of_incomplete_datagrams();
        sink_.end(player_.tracker(), now);
    }

  private:
    const Scenario& scenario_;
    const ReplayOptions& options_;
    Sink& sink_;
    Player player_;
    PacketReport report_;   // of the step that is being played
    std::string released_;  // the held packet's name
    bool told_ = false;
    std::exception_ptr failure_;
    std::vector<PacketPath::Elapsed> elapsed_;  // before the step that is being played

    void tell_lost(const PacketPath::Elapsed& elapsed) {
        for (const LostDatagram& lost : elapsed.lost) {
            const auto told = std::ranges::find(elapsed.told, lost.number, &PacketPath::Elapsed::Told::number);
            tell([&] { sink_.fragments_lost(lost, told == elapsed.told.end() ? nullptr : &told->first); });
        }
    }

    void tell_step(const Item& item, const Step& step) {
        if (const auto* release = std::get_if<ReleaseStep>(&step.action))
            sink_.no_packet(item, fmt::format("released: {}, but no packet of that name is held: it was stopped when "
                                              "it came, was released before, or never came",
                                              release->name));
        else
            sink_.other_step(item, step_json(step));
    }

    void remark_on_all_rules() {
        const Edition& edition = player_.tracker().edition();
        remark_on_rules(scenario_.rules, edition, scenario_.name, options_.warn);
        for (const Step& step : scenario_.steps)
            if (const auto* change = std::get_if<RulesStep>(&step.action))
                remark_on_rules(*change, edition, scenario_.name, options_.warn);
    }

    void warn_of_incomplete_datagrams() {
        const auto lost = player_.give_up_fragments();
        if (!lost.empty()) options_.warn(fmt::format("{}: {}", scenario_.name, waiting_text(lost, "step")));
    }

    /// The packet is still in flight: a sink that cannot write must not keep the player from releasing it.
    template <class Tell>
    void tell(const Tell& tell_sink) {
        try {
            tell_sink();
        } catch (...) {
            failure_ = std::current_exception();
        }
    }

    void play(std::size_t number, const Step& step) {
        const Item item{number, step.at};
        const auto* packet_step = std::get_if<PacketStep>(&step.action);
        report_ = {};
        report_.item = item;
        if (packet_step != nullptr) report_.bytes = packet_step->bytes;
        if (const auto* release = std::get_if<ReleaseStep>(&step.action)) released_ = release->name;
        told_ = false;
        player_.advance(step.at);
        sink_.time_passed(item);
        for (const PacketPath::Elapsed& elapsed : std::exchange(elapsed_, {})) tell_lost(elapsed);
        const StepResult result = player_.play(step);
        if (failure_) std::rethrow_exception(failure_);
        if (packet_step == nullptr) {
            if (!told_) tell_step(item, step);
        } else if (!told_) {
            report_.malformed = result.malformed;
            report_.verdict = &*result.verdict;
            if (options_.before_packet) options_.before_packet(player_.tracker(), report_);
            sink_.packet(report_);
        }
        if (result.json.contains("kernel_log")) sink_.kernel_log(item, result.json["kernel_log"]);
        sink_.recorded(result.json);
    }
};

}  // namespace

void replay_scenario(const Scenario& scenario, const ReplayOptions& options, Sink& sink) {
    ScenarioReplay(scenario, options, sink).run();
}

}  // namespace conntrack::oracle

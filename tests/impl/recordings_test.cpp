// The recordings of real kernels, played on the model and on the fast tracker in lock step. The model is held against
// what was recorded elsewhere (tests/conformance); here both must say the same of every packet. Recordings that need
// rules, fragments or fillers are left out, and counted.
#include "oracle/record/scenario_json.hpp"
#include "oracle/text/sysctl_names.hpp"
#include "spec/wire/decode.hpp"
#include "tests/impl/lock_step.hpp"
#include "tests/support/places.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <filesystem>
#include <map>

namespace conntrack::testing {

namespace {

namespace fs = std::filesystem;
using namespace oracle;

std::optional<Packet> decoded(const std::vector<std::uint8_t>& bytes) {
    const auto out = wire::decode(bytes, {});
    const auto* packet = std::get_if<Packet>(&out);
    return packet == nullptr ? std::nullopt : std::optional(*packet);
}

/// Why the fast tracker is not asked about a recording, or nothing.
std::string left_out(const Recording& recording) {
    const Scenario& s = recording.scenario;
    const auto has_rules = [](const RulesStep& rules) { return rules.ipv4 || rules.ipv6; };
    if (has_rules(s.rules)) return "rules";
    for (const RecordedStep& step : recording.steps) {
        if (const auto* rules = std::get_if<RulesStep>(&step.step.action); rules != nullptr && has_rules(*rules))
            return "rules";
        if (std::holds_alternative<FillStep>(step.step.action)) return "fillers";
        const auto* packet = std::get_if<PacketStep>(&step.step.action);
        if (packet == nullptr) continue;
        if (!packet->substitutions.empty()) return "packets made of others";
        const auto read = decoded(packet->bytes);
        if (read && read->fragment) return "fragments";
    }
    return {};
}

class Played {
  public:
    explicit Played(const Scenario& s) : both_(s.edition, {.modules = s.modules, .whole_every = 1}) {
        set(s.sysctl);
        if (s.buckets) both_.configure(Setting::buckets, *s.buckets);
    }

    std::string step(const Step& step) {
        std::string wrong = both_.wait_until(step.at);
        if (wrong.empty()) wrong = act(step.action);
        return wrong.empty() ? both_.compare() : wrong;
    }

  private:
    LockStep both_;
    struct Held {
        std::string name;
        bool before_forward;
    };
    std::vector<Held> held_;

    void set(const SysctlStep& step) {
        for (const auto& [name, value] : step.values) {
            const auto found = find_setting(name, both_.model().edition());
            if (found && found->kind == NamedSetting::Kind::modelled)
                both_.configure(found->setting, static_cast<std::uint32_t>(value));
        }
    }
    std::string act(const Action& action) {
        if (const auto* s = std::get_if<PacketStep>(&action)) return send(*s);
        if (const auto* s = std::get_if<ReleaseStep>(&action)) return release(s->name);
        if (const auto* s = std::get_if<SysctlStep>(&action)) set(*s);
        if (std::holds_alternative<FlushStep>(action)) return both_.flush();
        if (const auto* s = std::get_if<DeleteStep>(&action)) return both_.erase(s->tuple);
        return {};
    }
    std::string send(const PacketStep& step) {
        const auto packet = decoded(step.bytes);
        if (!packet) return {};
        if (!step.hold) return both_.send(*packet, Passage::accepted);
        held_.push_back({*step.hold, step.hold_before_forward});
        std::string wrong = both_.send(*packet, Passage::held);
        if (wrong.empty() && !step.hold_before_forward) wrong = both_.confirm_held(both_.held() - 1);
        return wrong;
    }
    std::string release(const std::string& name) {
        const auto it = std::ranges::find(held_, name, &Held::name);
        if (it == held_.end()) return {};
        const auto number = static_cast<std::size_t>(it - held_.begin());
        std::string wrong = it->before_forward ? both_.confirm_held(number) : std::string();
        held_.erase(it);
        both_.release_held(number);
        return wrong;
    }
};

std::string play(const Recording& recording) {
    Played played(recording.scenario);
    for (std::size_t i = 0; i < recording.steps.size(); ++i)
        if (auto wrong = played.step(recording.steps[i].step); !wrong.empty())
            return fmt::format("step {}: {}", i, wrong);
    return {};
}

class RecordingsOf : public ::testing::TestWithParam<std::string> {};

}  // namespace

TEST_P(RecordingsOf, AreTrackedAsTheModelDoes) {
    std::map<std::string, std::size_t> counts;
    for (const auto& file : fs::directory_iterator(fs::path(recordings_folder()) / GetParam()))
        read_recordings(file.path().string(), [&](Recording&& recording) {
            const std::string reason = left_out(recording);
            ++counts[reason.empty() ? "played" : "left out: " + reason];
            if (!reason.empty()) return;
            EXPECT_EQ(play(recording), "") << recording.scenario.name;
        });
    for (const auto& [what, count] : counts) fmt::print("{}: {:>4} {}\n", GetParam(), count, what);
    EXPECT_GT(counts["played"], 20U);
}

INSTANTIATE_TEST_SUITE_P(Editions, RecordingsOf, ::testing::Values("linux-2.6.9", "linux-2.6.32", "linux-6.18"),
                         [](const auto& info) {
                             std::string name = info.param;
                             for (char& c : name)
                                 if (c == '.' || c == '-') c = '_';
                             return name;
                         });

}  // namespace conntrack::testing

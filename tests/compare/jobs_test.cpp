// Several scenarios at once: the report is the same as with one after another, and what waits lets others go on.
#include "oracle/compare/comparison.hpp"
#include "oracle/compare/report.hpp"
#include "tests/compare/scenarios.hpp"
#include "tests/support/places.hpp"
#include "tests/support/sanitized.hpp"

#include <gtest/gtest.h>
#include <condition_variable>
#include <stdexcept>

namespace conntrack::oracle {

namespace {

/// Everything that a comparison prints, but how long it took.
std::string report_of(const MakeAdapter& make, const CompareOptions& options) {
    const auto adapter = make();
    Compare compare(*adapter, options, make);
    std::string out;
    compare.on_group = [&](const Group& group) {
        out += group_report(group, compare.groups().size(), adapter->name(), ReportFormat::text);
    };
    compare.run();
    out += final_report(compare, adapter->name(), options.edition, ReportFormat::text);
    const auto time = out.rfind('\n', out.find(" seconds, "));
    return out.erase(time, out.find('\n', time + 1) - time);
}

void expect_the_same_from_several(const MakeAdapter& make, CompareOptions options, std::size_t groups) {
    const std::string one = report_of(make, options);
    for (const std::size_t jobs : {std::size_t{2}, std::size_t{5}}) {
        options.jobs = jobs;
        EXPECT_EQ(report_of(make, options), one) << jobs << " jobs";
    }
    EXPECT_EQ(one.find("group 1:") != std::string::npos, groups > 0) << one;
    EXPECT_EQ(one.find(" 0 groups of disagreement") == std::string::npos, groups > 0) << one;
}

constexpr std::size_t packets = testing::sanitized ? 2000 : 8000;

TEST(Jobs, TheFastTrackerAgreesByEachOfThem) {
    const auto make = [] { return std::make_unique<OwnAdapter>(EditionId::linux_6_18, TrackerKind::fast); };
    expect_the_same_from_several(make, {.packets_max = packets}, 0);
}

TEST(Jobs, AnErrorIsFoundAndShrunkAlike) {
    const auto make = [] {
        return std::make_unique<LyingAdapter>([](Json& line) {
            if (!line.contains("verdict") || !line.contains("entry") || line.at("entry").is_null()) return;
            if (line.at("entry").contains("cnt_reply") && line.at("entry").at("cnt_reply").at(0) == 3)
                line["verdict"]["ct"] = "related";
        });
    };
    expect_the_same_from_several(make, {.packets_max = packets}, 1);
}

/// What one scenario brings to light changes what the later ones are held against.
TEST(Jobs, DifferencesOfEditionsAreTakenOverInOrder) {
    const auto make = [] { return std::make_unique<OwnAdapter>(EditionId::linux_2_6_32, TrackerKind::model); };
    expect_the_same_from_several(make, {.profile = traffic::Profile::tcp, .packets_max = packets}, 1);
}

TEST(Jobs, EachHasAProgramOfItsOwn) {
    const auto make = [] {
        return adapter_named("exec:python3 " + testing::project_folder() + "/examples/toy_filter.py --bug early_stream",
                             {.time_limit_ms = 60'000});
    };
    expect_the_same_from_several(make, {.profile = traffic::Profile::udp, .packets_max = packets}, 1);
}

TEST(Jobs, GivenScenariosAreTakenInTheirOrder) {
    CompareOptions options;
    for (std::uint64_t seed = 1; seed <= 40; ++seed)
        options.scenarios.push_back(traffic::make_traffic(seed, {}).scenario);
    const auto make = [] {
        return std::make_unique<LyingAdapter>([](Json& line) {
            if (line.contains("verdict") && line.at("verdict").at("ct") == "new") line["verdict"]["ct"] = "invalid";
        });
    };
    expect_the_same_from_several(make, options, 1);
}

TEST(Jobs, WhatGoesWrongInOneOfThemEndsTheRun) {
    OwnAdapter here(EditionId::linux_6_18, TrackerKind::fast);
    const MakeAdapter make = []() -> std::unique_ptr<Adapter> { throw std::runtime_error("no more of these"); };
    CompareOptions options{.packets_max = 1'000'000'000};
    options.jobs = 3;
    Compare compare(here, options, make);
    EXPECT_THROW(compare.run(), std::runtime_error);
}

/// Its clock is real as far as anybody can see. Of scenarios that wait, it does not go on with one before there are
/// `together` of them.
class PatientAdapter final : public Adapter {
  public:
    struct Meeting {
        std::size_t together;
        std::mutex mutex = {};
        std::condition_variable arrived = {};
        std::size_t waiting = 0, played_at_once = 0, played_waiting = 0;
    };
    explicit PatientAdapter(Meeting& meeting) : meeting_(meeting) {}

    [[nodiscard]] std::string name() const override { return "patience"; }
    [[nodiscard]] bool keeps_real_time() const override { return true; }
    Played play(const Scenario& scenario) override {
        {
            std::unique_lock lock(meeting_.mutex);
            const bool waits = scenario.steps.back().at > 0;
            ++(waits ? meeting_.played_waiting : meeting_.played_at_once);
            if (waits) {
                ++meeting_.waiting;
                meeting_.arrived.notify_all();
                const bool met = meeting_.arrived.wait_for(lock, std::chrono::minutes(1),
                                                           [&] { return meeting_.waiting >= meeting_.together; });
                EXPECT_TRUE(met) << meeting_.waiting << " wait, and nobody else comes";
            }
        }
        return OwnAdapter(EditionId::linux_6_18, TrackerKind::model).play(scenario);
    }

  private:
    Meeting& meeting_;
};

TEST(Waiting, ManyScenariosWaitAtOnceAndTheOthersGoOn) {
    PatientAdapter::Meeting meeting{.together = 12};
    const MakeAdapter make = [&] { return std::make_unique<PatientAdapter>(meeting); };
    PatientAdapter here(meeting);
    CompareOptions options{.packets_max = 5000};
    options.waits_one_in = 5;
    Compare compare(here, options, make);
    compare.run();
    EXPECT_TRUE(compare.groups().empty());
    EXPECT_GE(compare.tally().packets, 5000U);
    EXPECT_GE(meeting.played_waiting, meeting.together);
    EXPECT_GT(meeting.played_at_once, 3 * meeting.played_waiting);
    EXPECT_EQ(compare.tally().scenarios, meeting.played_waiting + meeting.played_at_once);
}

TEST(Waiting, WhatGoesWrongWhileItWaitsEndsTheRun) {
    PatientAdapter::Meeting meeting{.together = 1};
    PatientAdapter here(meeting);
    const MakeAdapter make = []() -> std::unique_ptr<Adapter> { throw std::runtime_error("no more of these"); };
    CompareOptions options{.packets_max = 1'000'000'000};
    options.waits_one_in = 5;
    Compare compare(here, options, make);
    EXPECT_THROW(compare.run(), std::runtime_error);
}

}  // namespace

}  // namespace conntrack::oracle

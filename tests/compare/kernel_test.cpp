// The running kernel, where it can be had: it does what the model of linux-6.18 says, and a recording of it agrees.
// CTORACLE_KERNEL_SECONDS says for how long, all profiles together.
#include "oracle/adapters/kernel/entries.hpp"
#include "oracle/adapters/kernel/kernel_adapter.hpp"
#include "oracle/adapters/kernel/stage.hpp"
#include "oracle/compare/comparison.hpp"
#include "oracle/compare/explanation.hpp"
#include "oracle/traffic/packet_bytes.hpp"
#include "tests/compare/live_kernel.hpp"
#include "tests/compare/scenarios.hpp"
#include "tests/support/places.hpp"
#include "tests/support/sanitized.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>

namespace conntrack::oracle {

namespace {

using kernel::KernelAdapter;

/// For each profile: a minute in all, less under sanitizers.
std::chrono::seconds lasting() {
    constexpr std::int64_t profiles = 3;
    const char* const wanted = std::getenv("CTORACLE_KERNEL_SECONDS");
    const auto all = wanted == nullptr ? std::int64_t{LIVE_KERNEL_SECONDS} : std::strtoll(wanted, nullptr, 10);
    return std::chrono::seconds(std::max<std::int64_t>(all / profiles, 1));
}

class LiveKernel : public ::testing::Test {
  protected:
    void SetUp() override {
        if (const LiveKernelOrNot live = live_kernel(); live.adapter == nullptr) GTEST_SKIP() << live.why_not;
    }

    static void expect_agreement(traffic::Profile profile) {
        KernelAdapter live(KernelAdapter::Shows::entry);
        CompareOptions options;
        options.profile = profile;
        options.lasts = lasting();
        Compare compare(live, options);
        compare.run();
        for (const Group& group : compare.groups())
            if (group.known.empty()) ADD_FAILURE() << group.cause << "\n" << explanation(group.shortest, "kernel");
        EXPECT_GT(compare.tally().packets, 100u);
        EXPECT_GT(compare.tally().fields.at("entry").compared, compare.tally().packets / 2);
        EXPECT_GT(compare.tally().fields.at("events").compared, compare.tally().packets / 2);
    }
};

TEST_F(LiveKernel, DoesWhatTheModelSaysWithMixedTraffic) { expect_agreement(traffic::Profile::mixed); }
TEST_F(LiveKernel, DoesWhatTheModelSaysWithHostileTraffic) { expect_agreement(traffic::Profile::hostile); }
TEST_F(LiveKernel, DoesWhatTheModelSaysWithNat) { expect_agreement(traffic::Profile::nat); }

TEST_F(LiveKernel, AgreesInItsWholeTable) {
    KernelAdapter live(KernelAdapter::Shows::table);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Scenario scenario = traffic::make_traffic(seed, {.waits = traffic::Waits::none}).scenario;
        const Judged judged = judge(live, scenario, EditionId::linux_6_18, Keep::steps);
        EXPECT_TRUE(judged.agrees()) << cause_of(judged) << "\n" << explanation(judged, "kernel");
        for (const RecordedStep& s : judged.played.recording.steps) EXPECT_TRUE(s.line.contains("table"));
    }
}

/// It is sent to an address of the router's own, and comes in again by `lo`.
TEST_F(LiveKernel, TakesNoAnswerForThePacket) {
    const Scenario scenario = scenario_of(R"({"name":"to_itself","steps":[{"at":0,"in":"inside","packet":
      "60000000001f1101fd00000b000000000000000000000001fd00000b00000000000000000000000203e80014001f019a0000000000000000000000000000000000000000000000"}]})");
    KernelAdapter live(KernelAdapter::Shows::entry);
    const Judged judged = judge(live, scenario, EditionId::linux_6_18);
    EXPECT_TRUE(judged.agrees()) << cause_of(judged);
}

TEST_F(LiveKernel, WaitsAsLongAsTheScenario) {
    const Scenario scenario = scenario_of(R"({"name":"short","sysctl":{"nf_conntrack_udp_timeout":1},"steps":[
      {"at":0,"in":"outside","packet":"45000025000100004011468dc63364030a000004005103e80011c758000000000000000000"},
      {"at":1.5,"observe":true}]})");
    KernelAdapter live(KernelAdapter::Shows::table);
    const Judged judged = judge(live, scenario, EditionId::linux_6_18);
    EXPECT_TRUE(judged.agrees()) << cause_of(judged);
    EXPECT_EQ(judged.played.recording.steps[0].line.at("table").size(), 1U);
    EXPECT_GE(judged.played.recording.steps[1].step.at, milliseconds(1500));
    EXPECT_EQ(judged.played.recording.steps[1].line.at("table").size(), 0U);
}

/// Waiting costs nothing: some thirty scenarios take as long as one, each in a network namespace of its own.
TEST_F(LiveKernel, LetsEntriesExpireAsTheModelSays) {
    const MakeAdapter make = [] { return std::make_unique<KernelAdapter>(KernelAdapter::Shows::entry); };
    const auto live = make();
    CompareOptions options{.packets_max = 1500};
    options.waits_one_in = 1;
    Compare compare(*live, options, make);
    compare.run();
    for (const Group& group : compare.groups())
        ADD_FAILURE() << group.cause << "\n" << explanation(group.shortest, "kernel");
    constexpr double one_after_another = 100, at_once = 40;
    EXPECT_GT(static_cast<double>(compare.tally().scenarios) * 5, one_after_another);
    EXPECT_LT(compare.tally().seconds, at_once);
}

/// What was recorded elsewhere of interfaces whose addresses come and go, and of what MASQUERADE forgets with them.
TEST_F(LiveKernel, ChangesItsInterfacesAsTheModelSays) {
    CompareOptions options;
    options.jobs =
        testing::sanitized ? 2 : 8;  // they wait more than they do; a tool is slow to begin under a sanitizer
    read_recordings(testing::recordings_folder() + "/linux-6.18/interfaces.jsonl.xz", [&](Recording&& recording) {
        Scenario& scenario = options.scenarios.emplace_back(std::move(recording.scenario));
        for (RecordedStep& s : recording.steps) {
            s.step.at = std::llround(s.step.json.at("at").get<double>() * 1e9);
            scenario.steps.push_back(std::move(s.step));
        }
    });
    const MakeAdapter make = [] { return std::make_unique<KernelAdapter>(KernelAdapter::Shows::entry); };
    const auto live = make();
    Compare compare(*live, options, make);
    compare.run();
    for (const Group& group : compare.groups())
        ADD_FAILURE() << group.first_seen << ": " << group.cause << "\n" << explanation(group.shortest, "kernel");
    EXPECT_GT(compare.tally().scenarios, 20U);
}

TEST_F(LiveKernel, SaysTheSameByTwoJobs) {
    const MakeAdapter make = [] { return std::make_unique<KernelAdapter>(KernelAdapter::Shows::entry); };
    std::vector<std::size_t> entries;
    for (const std::size_t jobs : {std::size_t{1}, std::size_t{2}}) {
        const auto live = make();
        CompareOptions options{.packets_max = 3000, .jobs = jobs};
        Compare compare(*live, options, make);
        compare.run();
        EXPECT_TRUE(compare.groups().empty());
        entries.push_back(compare.tally().fields.at("entry").compared);
    }
    EXPECT_EQ(entries[0], entries[1]);
}

/// What is told of steps waits until it is read. If too much waits, that is an error.
TEST_F(LiveKernel, LostMessagesAreNoSilence) {
    const kernel::NetworkNamespace home;
    {
        kernel::Stage stage(default_interfaces());
        kernel::NetlinkSocket heard;
        kernel::Entries entries(heard);
        const int least = 1;
        ASSERT_EQ(setsockopt(mnl_socket_get_fd(heard.get()), SOL_SOCKET, SO_RCVBUF, &least, sizeof least), 0);
        traffic::IpText ip{.src = Address::v4(0x0a00'0002), .dst = Address::v4(0xc633'6402), .protocol = protocol::udp};
        for (std::uint16_t port = 1000; port < 1050; ++port)
            EXPECT_TRUE(stage.enter("inside", traffic::udp_packet(ip, port, 53, std::size_t{4})));
        EXPECT_THROW(heard.drain([](const nlmsghdr&) {}), kernel::Overrun);
    }
    EXPECT_TRUE(home.enter());
}

/// Fragments that are not whole stay for a while: what comes after them comes to another stage, and in the end back.
TEST_F(LiveKernel, ScenariosDoNotMeetEarlierFragments) {
    KernelAdapter live(KernelAdapter::Shows::entry);
    const Scenario first_half = scenario_of(R"({"name":"half","steps":[
      {"at":0,"in":"inside","packet":"4500001c000120004011b5dd0a000002c633640203e80035001064c5"}]})");
    for (int i = 0; i < 3; ++i) {
        const Judged judged = judge(live, first_half, EditionId::linux_6_18);
        EXPECT_TRUE(judged.agrees()) << cause_of(judged);
        EXPECT_EQ(judged.packets, 1U);
    }
}

TEST_F(LiveKernel, SaysWhatItCannotDo) {
    KernelAdapter live(KernelAdapter::Shows::entry);
    EXPECT_THROW(live.play(scenario_of(R"({"name":"f","steps":[{"at":0,"fill":{"count":3}}]})")), InputError);
    EXPECT_THROW(live.play(scenario_of(R"({"name":"m","sysctl":{"nf_conntrack_max":5},"steps":[]})")), InputError);
}

}  // namespace

}  // namespace conntrack::oracle

// Two editions are told apart by the differences that are read from them, and by nothing else.
#include "oracle/compare/comparison.hpp"
#include "oracle/compare/edition_switches.hpp"
#include "oracle/compare/explanation.hpp"
#include "spec/editions.hpp"
#include "tests/compare/scenarios.hpp"
#include "tests/support/sanitized.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <boost/pfr/tuple_size.hpp>
#include <set>

namespace conntrack::oracle {
namespace {

TEST(EditionSwitches, AreAllThere) {
    using boost::pfr::tuple_size_v;
    constexpr std::size_t fields =
        tuple_size_v<CoreSwitches> + tuple_size_v<NatSwitches> + tuple_size_v<NoticeSwitches> +
        tuple_size_v<RewriteSwitches> + tuple_size_v<FullTableSwitches> + tuple_size_v<ReassemblySwitches> +
        tuple_size_v<StackSwitches> + tuple_size_v<RuleSwitches> + tuple_size_v<SctpSwitches> +
        tuple_size_v<ExpectationSwitches> + tuple_size_v<HelperSwitches>;
    EXPECT_EQ(edition_switches().size(), fields) << "a new switch belongs into oracle/compare/edition_switches.cpp";
    std::set<std::string_view> names;
    for (const EditionSwitch& s : edition_switches()) {
        EXPECT_TRUE(names.insert(s.name).second) << s.name;
        Edition mixed = linux_6_18;
        s.take_over(mixed, linux_2_6_9);
        EXPECT_FALSE(s.differs(mixed, linux_2_6_9)) << s.name;
        for (const EditionSwitch& another : edition_switches())
            EXPECT_TRUE(&another == &s || !another.differs(mixed, linux_6_18)) << s.name << " changes " << another.name;
    }
}

class EditionPairs : public ::testing::TestWithParam<std::pair<EditionId, EditionId>> {};

/// With all that tells them apart, one edition is the other.
TEST_P(EditionPairs, DifferInNothingElse) {
    const auto [one, other] = GetParam();
    const auto all = edition_differences(one, other);
    EditionMix mix(one, other);
    for (const EditionDifference& d : all) d.take_over(mix);
    OwnAdapter model(other, TrackerKind::model);
    std::size_t parted = 0;
    for (const auto profile : {traffic::Profile::mixed, traffic::Profile::tcp, traffic::Profile::nat,
                               traffic::Profile::sctp, traffic::Profile::gre, traffic::Profile::ftp}) {
        for (std::uint64_t seed = 1; seed <= 60; ++seed) {
            const Scenario scenario = traffic::make_traffic(seed, {.profile = profile, .edition = one}).scenario;
            const Judged judged = judge(model, scenario, one);
            parted += judged.agrees() ? 0 : 1;
            const auto result = mix.check(judged.played.recording);
            EXPECT_FALSE(result.disagreement)
                << scenario.name << " step " << result.disagreement->step << ": "
                << result.disagreement->difference.field << " " << result.disagreement->difference.recorded << " / "
                << result.disagreement->difference.model;
        }
    }
    EXPECT_GT(parted, 50U) << "the editions are told apart at all";
}

INSTANTIATE_TEST_SUITE_P(All, EditionPairs,
                         ::testing::Values(std::pair(EditionId::linux_6_18, EditionId::linux_2_6_32),
                                           std::pair(EditionId::linux_6_18, EditionId::linux_2_6_9)),
                         [](const auto& tested) {
                             std::string out = std::string(edition(tested.param.first).name) + "_as_" +
                                               std::string(edition(tested.param.second).name);
                             std::ranges::replace_if(
                                 out, [](char c) { return c == '-' || c == '.'; }, '_');
                             return out;
                         });

/// What a peer of another edition does differently is told by name; nothing stays unexplained.
TEST(VirtualPeer, RediscoversTheDifferences) {
    OwnAdapter peer(EditionId::linux_2_6_32, TrackerKind::model);
    CompareOptions options;
    options.packets_max = testing::sanitized ? 6'000 : 60'000;
    Compare compare(peer, options);
    compare.run();
    std::set<std::string> met;
    for (const Group& group : compare.groups()) {
        if (group.known.empty()) ADD_FAILURE() << group.cause << "\n" << explanation(group.shortest, "2.6.32");
        EXPECT_TRUE(met.insert(group.known).second) << group.known << " was taken over, and came again";
    }
    if (testing::sanitized) return;
    constexpr std::size_t usually = 40;
    EXPECT_GT(met.size(), usually);
    std::string all;
    for (const std::string& name : met) all += name + "\n";
    for (const char* name :
         {"TCP cell ESTABLISHED, original synack", "TCP rule unreplied_syn_not_refreshed", "rule core.udp_stream_age_s",
          "setting udp_timeout_stream", "setting tcp_ignore_invalid_rst"})
        EXPECT_NE(all.find(name), std::string::npos) << name << " is not among\n" << all;
}

}  // namespace
}  // namespace conntrack::oracle

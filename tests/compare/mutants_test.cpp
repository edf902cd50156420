// Ten ways in which the executed model can err, each found by a comparison with the fast tracker.
#include "model/mutants.hpp"
#include "oracle/adapters/kernel/kernel_adapter.hpp"
#include "oracle/adapters/own_adapter.hpp"
#include "oracle/compare/comparison.hpp"
#include "tests/compare/live_kernel.hpp"
#include "tests/support/places.hpp"

#include <gtest/gtest.h>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

namespace conntrack::oracle {
namespace {

using mutation::Mutant;
using mutation::MutantInfo;

constexpr std::size_t packets_max = 200'000;

/// How many packets it takes until the model of linux-6.18 and the fast tracker part.
std::size_t packets_until_found(traffic::Profile profile) {
    OwnAdapter fast(EditionId::linux_6_18, TrackerKind::fast);
    std::size_t packets = 0;
    for (std::uint64_t seed = 1; packets < packets_max; ++seed) {
        const auto made = traffic::make_traffic(seed, {.profile = profile});
        packets += made.packets;
        if (!judge(fast, made.scenario, EditionId::linux_6_18).agrees()) return packets;
    }
    return packets;
}

class Mutants : public ::testing::TestWithParam<MutantInfo> {
  protected:
    void TearDown() override { mutation::choose(Mutant::none); }
};

TEST_P(Mutants, IsFound) {
    mutation::choose(GetParam().mutant);
    const std::size_t packets = packets_until_found(traffic::Profile::mixed);
    EXPECT_LT(packets, packets_max);
    std::printf("%s: found after %zu packets\n", std::string(GetParam().name).c_str(), packets);
}

INSTANTIATE_TEST_SUITE_P(All, Mutants, ::testing::ValuesIn(mutation::mutants),
                         [](const auto& tested) { return std::string(tested.param.name); });

/// Who waits for the ends of entries sees, on the running kernel, that they are others.
TEST(MutantsOfTheModel, AreFoundByWaitingForTheKernel) {
    const auto [live, why_not] = live_kernel();
    if (live == nullptr) GTEST_SKIP() << why_not;
    const auto agrees = [&](const Played& played) {
        return judge(Played(played),
                     [](const Recording& r, Keep keep) {
                         return check(r, EditionId::linux_6_18, TrackerKind::model, keep);
                     })
            .agrees();
    };
    constexpr std::uint64_t seeds_max = 5;
    bool found = false;
    for (std::uint64_t seed = 1; seed <= seeds_max && !found; ++seed) {
        const auto made =
            traffic::make_traffic(seed, {.profile = traffic::Profile::udp, .waits = traffic::Waits::seconds});
        const Played played = live->play(made.scenario);
        EXPECT_TRUE(agrees(played)) << seed;
        mutation::choose(Mutant::entries_outlive_their_deadline);
        found = !agrees(played);
        mutation::choose(Mutant::none);
    }
    EXPECT_TRUE(found);
}

TEST(MutantsOfTheModel, AreSpoiltByNothingElse) {
    OwnAdapter fast(EditionId::linux_6_18, TrackerKind::fast);
    for (std::uint64_t seed = 1; seed <= 50; ++seed)
        EXPECT_TRUE(judge(fast, traffic::make_traffic(seed, {}).scenario, EditionId::linux_6_18).agrees()) << seed;
}

TEST(MutantsOfTheModel, AreListedOnThePage) {
    std::stringstream page;
    page << std::ifstream(testing::project_folder() + "/docs/adapters.md").rdbuf();
    for (const MutantInfo& m : mutation::mutants)
        EXPECT_NE(page.str().find("| `" + std::string(m.name) + "` | " + std::string(m.meaning) + " |"),
                  std::string::npos)
            << m.name;
}

TEST(MutantsOfTheModel, AreInNoOrdinaryProgram) {
    const int without =
        std::system((testing::program_folder() + "/ctoracle compare --help | grep -q -- --mutant").c_str());
    EXPECT_EQ(without == 0, PROGRAM_HAS_MUTANTS == 1);
}

}  // namespace
}  // namespace conntrack::oracle

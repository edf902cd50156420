// The model agrees with itself, by every way of asking it; and editions are told apart.
#include "oracle/compare/comparison.hpp"
#include "tests/compare/scenarios.hpp"
#include "tests/support/places.hpp"
#include "tests/support/sanitized.hpp"

#include <gtest/gtest.h>

namespace conntrack::oracle {

namespace {

std::string groups_of(Adapter& adapter, EditionId edition, traffic::Profile profile, std::size_t packets) {
    CompareOptions options;
    options.edition = edition;
    options.profile = profile;
    options.packets_max = packets;
    Compare compare(adapter, options);
    compare.run();
    std::string out;
    for (const Group& group : compare.groups()) out += group.cause + "\n";
    EXPECT_GE(compare.tally().packets, packets);
    return out;
}

constexpr std::size_t packets = testing::sanitized ? 1000 : 5000;

TEST(Peers, TheModelAgreesWithItselfUnderEveryEditionAndProfile) {
    for (const EditionId edition : all_editions) {
        OwnAdapter model(edition, TrackerKind::model);
        for (std::size_t p = 0; p < traffic::profile_names.size(); ++p)
            EXPECT_EQ(groups_of(model, edition, static_cast<traffic::Profile>(p), packets), "")
                << traffic::profile_names[p] << " of " << conntrack::edition(edition).name;
    }
}

TEST(Peers, TheFastTrackerAgreesUnderEveryEditionAndProfile) {
    for (const EditionId edition : all_editions) {
        OwnAdapter fast(edition, TrackerKind::fast);
        for (std::size_t p = 0; p < traffic::profile_names.size(); ++p)
            EXPECT_EQ(groups_of(fast, edition, static_cast<traffic::Profile>(p), packets), "")
                << traffic::profile_names[p] << " of " << conntrack::edition(edition).name;
    }
}

TEST(Peers, TheModelAgreesWithItselfAsAProgram) {
    const auto oracle =
        adapter_named("exec:" + testing::program_folder() + "/ctoracle serve", {.time_limit_ms = 20'000});
    EXPECT_EQ(groups_of(*oracle, EditionId::linux_2_6_9, traffic::Profile::mixed, packets), "");
    EXPECT_EQ(groups_of(*oracle, EditionId::linux_6_18, traffic::Profile::hostile, packets), "");
}

TEST(Peers, EditionsAreToldApart) {
    OwnAdapter model(EditionId::linux_2_6_32, TrackerKind::model);
    EXPECT_NE(groups_of(model, EditionId::linux_6_18, traffic::Profile::tcp, packets), "");
}

}  // namespace

}  // namespace conntrack::oracle

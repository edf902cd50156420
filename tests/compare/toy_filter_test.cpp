// The example in Python agrees where it speaks; each of its bugs is found, and shrunk to a few packets.
#include "oracle/compare/comparison.hpp"
#include "tests/support/places.hpp"

#include <gtest/gtest.h>

namespace conntrack::oracle {

namespace {

class ToyFilter : public ::testing::TestWithParam<const char*> {
  protected:
    void run(const std::string& arguments) {
        adapter_ = adapter_named("exec:python3 " + testing::project_folder() + "/examples/toy_filter.py" + arguments,
                                 {.time_limit_ms = 20'000});
        CompareOptions options;
        options.profile = traffic::Profile::udp;
        options.packets_max = 3000;
        compare_ = std::make_unique<Compare>(*adapter_, options);
        compare_->run();
    }
    std::unique_ptr<Adapter> adapter_;
    std::unique_ptr<Compare> compare_;
};

TEST_F(ToyFilter, AgreesWhereItSpeaks) {
    run("");
    EXPECT_EQ(compare_->groups().size(), 0U);
    EXPECT_GT(compare_->tally().fields.at("verdict.ct").compared, 1000U);
}

TEST_P(ToyFilter, HasABugThatIsFoundAndShrunk) {
    run(std::string(" --bug ") + GetParam());
    EXPECT_GE(compare_->unexplained(), 1U);
    constexpr std::size_t packets_most = 6;
    for (const Group& group : compare_->groups()) EXPECT_LE(group.scenario.steps.size(), packets_most) << group.cause;
}

INSTANTIATE_TEST_SUITE_P(Bugs, ToyFilter, ::testing::Values("shared_ports", "refresh_forgets", "early_stream"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace

}  // namespace conntrack::oracle

// The example in C++ agrees with the model, translations and entries too; and it is really asked.
#include "oracle/compare/comparison.hpp"
#include "oracle/compare/explanation.hpp"
#include "tests/support/places.hpp"

#include <gtest/gtest.h>

namespace conntrack::oracle {

namespace {

class FastFilter : public testing::TestWithParam<EditionId> {};

TEST_P(FastFilter, Agrees) {
    const auto adapter = adapter_named("exec:" + testing::program_folder() + "/fast_filter", {.time_limit_ms = 20'000});
    for (const auto profile : {traffic::Profile::mixed, traffic::Profile::nat, traffic::Profile::hostile}) {
        CompareOptions options;
        options.edition = GetParam();
        options.profile = profile;
        options.packets_max = 3000;
        Compare compare(*adapter, options);
        compare.run();
        for (const Group& group : compare.groups())
            ADD_FAILURE() << group.cause << "\n" << explanation(group.shortest, "fast_filter");
        EXPECT_GT(compare.tally().fields.at("verdict.ct").compared, 2900U);
        EXPECT_GT(compare.tally().fields.at("verdict.out").compared, 1000U);
        EXPECT_GT(compare.tally().fields.at("entry").compared, 2900U);
    }
}

INSTANTIATE_TEST_SUITE_P(Editions, FastFilter, testing::ValuesIn(all_editions), [](const auto& tested) {
    std::string out(edition(tested.param).name);
    for (char& c : out)
        if (c == '-' || c == '.') c = '_';
    return out;
});

}  // namespace

}  // namespace conntrack::oracle

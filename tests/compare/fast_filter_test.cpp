// The example in C++ agrees with the model, translations and entries too; and it is really asked.
#include "oracle/compare/comparison.hpp"
#include "oracle/compare/explanation.hpp"
#include "tests/support/places.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>
#include <map>

namespace conntrack::oracle {

namespace {

class FastFilter : public ::testing::TestWithParam<EditionId> {};

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

INSTANTIATE_TEST_SUITE_P(Editions, FastFilter, ::testing::ValuesIn(all_editions), [](const auto& tested) {
    std::string out(edition(tested.param).name);
    for (char& c : out)
        if (c == '-' || c == '.') c = '_';
    return out;
});

/// Steps that random scenarios do not have: what real kernels were asked, the library can be asked as well.
bool has_rare_steps(const Recording& recording) {
    return recording.scenario.rules.nat.has_value() || std::ranges::any_of(recording.steps, [](const RecordedStep& s) {
               const Action& action = s.step.action;
               const auto* packet = std::get_if<PacketStep>(&action);
               return std::holds_alternative<FillStep>(action) || std::holds_alternative<InterfacesStep>(action) ||
                      std::holds_alternative<FlushExpectationsStep>(action) || (packet && packet->hold);
           });
}

/// Whether the program does what the model does in such recordings; how many steps have which key.
std::map<std::string, std::size_t> agree_in(EditionId edition, const std::vector<std::string>& files) {
    CompareOptions options;
    options.edition = edition;
    std::map<std::string, std::size_t> keys;
    const std::string folder = testing::recordings_folder() + "/" + std::string(conntrack::edition(edition).name) + "/";
    for (const std::string& file : files) {
        read_recordings(folder + file + ".jsonl.xz", [&](Recording&& r) {
            if (!has_rare_steps(r)) return;
            Scenario& scenario = options.scenarios.emplace_back(std::move(r.scenario));
            for (RecordedStep& s : r.steps) {
                for (const auto& [key, value] : s.step.json.items()) ++keys[key];
                // The time at which it is to be, not that at which it was then.
                s.step.at = std::llround(s.step.json.at("at").get<double>() * 1e9);
                scenario.steps.push_back(std::move(s.step));
            }
        });
    }
    const auto adapter = adapter_named("exec:" + testing::program_folder() + "/fast_filter", {.time_limit_ms = 60'000});
    Compare compare(*adapter, options);
    compare.run();
    for (const Group& group : compare.groups())
        ADD_FAILURE() << group.first_seen << ": " << group.cause << "\n" << explanation(group.shortest, "fast_filter");
    EXPECT_EQ(compare.tally().fields.at("verdict.emerged").compared, keys["packet"] + keys["release"]);
    return keys;
}

TEST(FastFilterWith, AFullTableAndChangesOfInterfaces) {
    auto steps = agree_in(EditionId::linux_6_18, {"interfaces", "full", "nat_more", "helper", "helper_more"});
    for (const char* kind : {"fill", "interfaces", "flush_expectations"}) EXPECT_GT(steps[kind], 0U) << kind;
}

TEST(FastFilterWith, PacketsThatAreHeld) {
    for (const EditionId edition : {EditionId::linux_2_6_9, EditionId::linux_2_6_32}) {
        auto steps = agree_in(edition, {"historic"});
        for (const char* kind : {"hold", "hold_at", "release"}) EXPECT_GT(steps[kind], 0U) << kind;
    }
}

}  // namespace

}  // namespace conntrack::oracle

// What comparisons with the running kernel once found, recorded: the model does the same now.
#include "oracle/check/check.hpp"
#include "tests/support/places.hpp"

#include <gtest/gtest.h>
#include <filesystem>

namespace conntrack::oracle {
namespace {

TEST(SeenInComparisons, TheModelAgrees) {
    std::size_t recordings = 0;
    for (const auto& file : std::filesystem::directory_iterator(testing::data_folder() + "/seen")) {
        read_recordings(file.path(), [&](const Recording& recording) {
            ++recordings;
            const CheckResult result = check(recording);
            EXPECT_GT(result.packets, 0u);
            if (const auto& d = result.disagreement)
                ADD_FAILURE() << file.path() << ", step " << d->step << ": " << d->difference.field << ": "
                              << d->difference.recorded << ", model: " << d->difference.model;
        });
    }
    EXPECT_GT(recordings, 0u);
}

}  // namespace
}  // namespace conntrack::oracle

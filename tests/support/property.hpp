// Checks a RapidCheck property inside a GoogleTest test, more often than RapidCheck would by itself.
#pragma once

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sstream>

namespace conntrack::testing {

/// Checks `testable` `times` times as often as RC_PARAMS says (100 times by default). A failure says the seed.
template <class Testable>
void expect_property(Testable&& testable, int times = 1) {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    rc::detail::TestMetadata metadata;
    metadata.id = std::string(info->test_suite_name()) + "/" + info->name();
    metadata.description = info->name();
    rc::detail::TestParams params = rc::detail::configuration().testParams;
    params.maxSuccess *= times;
    const auto result = rc::detail::checkTestable(std::forward<Testable>(testable), metadata, params);
    if (result.template is<rc::detail::SuccessResult>()) return;
    std::ostringstream message;
    rc::detail::printResultMessage(result, message);
    FAIL() << message.str() << "\nRC_PARAMS=\"seed=" << params.seed << "\" makes the same choices again.";
}

}  // namespace conntrack::testing

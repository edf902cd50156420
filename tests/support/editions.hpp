// Runs a test once for each edition, under the edition's name.
#pragma once

#include "spec/editions.hpp"

#include <gtest/gtest.h>
#include <string>

namespace conntrack::testing {

class EveryEdition : public ::testing::TestWithParam<EditionId> {
  protected:
    [[nodiscard]] static const Edition& tested() { return edition(GetParam()); }
    [[nodiscard]] static bool is(EditionId id) { return GetParam() == id; }
};

/// "linux_2_6_9": names of tests may hold no dots.
inline std::string edition_test_name(const ::testing::TestParamInfo<EditionId>& info) {
    std::string name(edition(info.param).name);
    for (char& c : name)
        if (c == '-' || c == '.') c = '_';
    return name;
}

}  // namespace conntrack::testing

/// Instantiates the tests of a class derived from EveryEdition.
#define CTORACLE_EVERY_EDITION(Suite)                                               \
    INSTANTIATE_TEST_SUITE_P(, Suite, ::testing::ValuesIn(conntrack::all_editions), \
                             conntrack::testing::edition_test_name)

// The line of a key in a text of several lines.
#include "oracle/record/json_lines.hpp"

#include <gtest/gtest.h>
#include <string>

namespace conntrack::oracle::test {

namespace {

const std::string text = R"({
  "name": "x",
  "sysctl": {"a.b": 1,
             "c": 2}, "nat": true,
  "steps": [
    {"at": 0, "packet": "45"},

    {"at":
       1.5,
     "subst": [{"from": "sport"}, {
        "from": "dport"}]},
    7
    , "text\nwith \"steps[9]\": in it", [
      null,
      {"deep": 1}]
  ],
  "last": 3
}
)";

}  // namespace

TEST(JsonLines, a_key_stands_where_it_is_written) {
    EXPECT_EQ(json_line(text, "name"), 2U);
    EXPECT_EQ(json_line(text, "sysctl"), 3U);
    EXPECT_EQ(json_line(text, "sysctl.a.b"), 3U);
    EXPECT_EQ(json_line(text, "sysctl.c"), 4U);
    EXPECT_EQ(json_line(text, "nat"), 4U);
    EXPECT_EQ(json_line(text, "steps[0].packet"), 6U);
    EXPECT_EQ(json_line(text, "steps[1].at"), 8U);
    EXPECT_EQ(json_line(text, "steps[1].subst[1].from"), 11U);
    EXPECT_EQ(json_line(text, "last"), 17U);
}

TEST(JsonLines, an_element_stands_where_it_begins) {
    EXPECT_EQ(json_line(text, "steps[0]"), 6U);
    EXPECT_EQ(json_line(text, "steps[1]"), 8U);
    EXPECT_EQ(json_line(text, "steps[1].subst[1]"), 10U);
    EXPECT_EQ(json_line(text, "steps[2]"), 12U);
    EXPECT_EQ(json_line(text, "steps[3]"), 13U);
    EXPECT_EQ(json_line(text, "steps[4][0]"), 14U);
    EXPECT_EQ(json_line(text, "steps[4][1].deep"), 15U);
}

TEST(JsonLines, what_is_missing_stands_where_it_should_be) {
    EXPECT_EQ(json_line(text, "edition"), 1U);
    EXPECT_EQ(json_line("\n\n" + text, ""), 3U);
    EXPECT_EQ(json_line(text, "steps[1].in"), 8U);
    EXPECT_EQ(json_line(text, "sysctl.d"), 3U);
    EXPECT_EQ(json_line(text, "step"), 1U);
    EXPECT_EQ(json_line("\n7\n", "name"), 2U);
}

}  // namespace conntrack::oracle::test

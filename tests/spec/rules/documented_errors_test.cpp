// The examples of docs/rules.md are what is really said.
#include "tests/spec/rules/rule_texts.hpp"
#include "tests/support/places.hpp"

#include <fstream>

using namespace conntrack;
using namespace conntrack::testing;

TEST(DocumentedErrors, AreRealOutput) {
    std::ifstream page(project_folder() + "/docs/rules.md");
    ASSERT_TRUE(page) << "docs/rules.md";
    std::string rule, line;
    std::size_t examples = 0;
    while (std::getline(page, line)) {
        if (line.starts_with("-A ")) {
            rule = line;
        } else if (!rule.empty()) {
            EXPECT_EQ(parse_error("*filter\n\n" + rule + "\nCOMMIT\n").text(), line) << rule;
            rule.clear();
            ++examples;
        }
    }
    EXPECT_GT(examples, 5u);
}

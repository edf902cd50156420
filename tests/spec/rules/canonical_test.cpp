// Every match and target in the form that iptables-save gives it. That it really does is asked of it in
// real_iptables.sh.
#include "tests/spec/rules/rule_samples.hpp"
#include "tests/spec/rules/rule_texts.hpp"

using namespace conntrack;
using namespace conntrack::testing;

namespace {

void expect_canonical(const Sample& sample, Family family) {
    const std::string text = in_table(sample.table, sample.written);
    EXPECT_EQ(first_rule_text(parsed(text, family)), sample.canonical ? sample.canonical : sample.written);
}

}  // namespace

TEST(CanonicalRules, AreThoseOfIptablesSave) {
    for (const Sample& sample : ipv4_samples) expect_canonical(sample, Family::ipv4);
}

TEST(CanonicalRules, AreThoseOfIp6tablesSave) {
    for (const Sample& sample : ipv6_samples) expect_canonical(sample, Family::ipv6);
}

TEST(CanonicalRules, EveryNamedProtocolIsReadBackAsItself) {
    for (unsigned number = 1; number < 256; ++number) {
        const std::string text = in_table("filter", "-A INPUT -p " + std::to_string(number));
        const auto once = parsed(text);
        EXPECT_EQ(parsed(rules::to_text(once)), once) << number;
    }
}

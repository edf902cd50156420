// What is refused, where, and what the message says.
#include "tests/spec/rules/rule_samples.hpp"
#include "tests/spec/rules/rule_texts.hpp"

using namespace conntrack;
using namespace conntrack::rules;
using namespace conntrack::testing;

namespace {

void expect_refused(const Bad& bad, const std::string& text, Family family) {
    const ParseError error = parse_error(text, family);
    EXPECT_EQ(error.line, bad.line) << bad.text << "\n" << error.text();
    EXPECT_EQ(error.column, bad.column) << bad.text << "\n" << error.text();
    EXPECT_NE(error.message.find(bad.message), std::string::npos) << bad.text << "\n" << error.text();
    EXPECT_EQ(error.suggestion, bad.suggestion) << bad.text << "\n" << error.text();
}

template <std::size_t n>
void expect_rules_refused(const Bad (&rules)[n], const char* table, Family family) {
    for (const Bad& bad : rules) expect_refused(bad, in_table(table, bad.text), family);
}

}  // namespace

TEST(RefusedRules, Texts) {
    for (const Bad& bad : bad_texts) expect_refused(bad, bad.text, Family::ipv4);
}
TEST(RefusedRules, InFilter) { expect_rules_refused(bad_filter_rules, "filter", Family::ipv4); }
TEST(RefusedRules, InNat) { expect_rules_refused(bad_nat_rules, "nat", Family::ipv4); }
TEST(RefusedRules, InRaw) { expect_rules_refused(bad_raw_rules, "raw", Family::ipv4); }
TEST(RefusedRules, OfIpv6) {
    expect_rules_refused(bad_ipv6_rules, "filter", Family::ipv6);
    expect_rules_refused(bad_ipv6_nat_rules, "nat", Family::ipv6);
}

TEST(RefusedRules, AMessageSaysWhereWhatAndWhatIsKnown) {
    EXPECT_EQ(parse_error(in_table("filter", "-A INPUT -m contrack --ctstate NEW")).text(),
              "3:13: unknown match `contrack`; did you mean `conntrack`? known: comment, connmark, conntrack, dccp, "
              "icmp, mark, multiport, sctp, state, tcp, udp");
    const std::string protocols = parse_error(in_table("filter", "-A INPUT -p nonesuch")).text();
    EXPECT_NE(protocols.find(" more"), std::string::npos) << "long lists are cut: " << protocols;
}

TEST(RefusedRules, LongWordsAndLinesAreRefusedAsIptablesDoes) {
    const std::string word(1024, 'a');
    EXPECT_NE(parse_error(in_table("filter", "-A INPUT -j " + word)).message.find("1023 bytes"), std::string::npos);
    std::string many = "-A INPUT";
    for (int i = 0; i < 240; ++i) many += " x";
    EXPECT_NE(parse_error(in_table("filter", many)).message.find("240 words"), std::string::npos);
    EXPECT_NE(parse_error("*filter\n#" + std::string(10'001, ' ') + "\n").message.find("10000 bytes"),
              std::string::npos);
    EXPECT_EQ(parse_error(std::string("*filter\n-A IN\0PUT\n", 18)).column, 6u);
}

TEST(RefusedRules, AnUnknownTargetIsRefusedWhateverUnknownMatchesAre) {
    for (const auto policy : {UnknownMatchPolicy::never, UnknownMatchPolicy::always})
        EXPECT_EQ(
            parse_error(in_table("filter", "-A INPUT -m limit --limit 5/s -j NFQUEUE"), Family::ipv4, policy).word,
            "NFQUEUE");
}

TEST(RefusedRules, AnOptionOfTheProtocolStandsBehindItWhereAMatchIsNotKnown) {
    const std::string rule = "-A INPUT -m limit --limit 5/s --sport 7 -p tcp -j DROP";
    const ParseError error = parse_error(in_table("filter", rule), Family::ipv4, UnknownMatchPolicy::always);
    EXPECT_EQ(error.word, "--sport");
    EXPECT_NE(error.message.find("belongs to `-p tcp`"), std::string::npos) << error.message;
    parsed(in_table("filter", "-A INPUT -m limit --limit 5/s --sport 7 -p icmp -j DROP"), Family::ipv4,
           UnknownMatchPolicy::always);
}

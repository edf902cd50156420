// What is refused, where, and what the message says. iptables-restore 1.8.9 refuses all of these too, but for those
// marked "strict", which it takes in another sense than is written there, or with a loss.
#include "tests/spec/rules/rule_texts.hpp"

using namespace conntrack;
using namespace conntrack::rules;
using namespace conntrack::testing;

namespace {

struct Bad {
    const char* text;  // a rule goes into line 3 of a table, other texts stand alone
    std::size_t line, column;
    const char* message;     // is part of the message
    const char* suggestion;  // the word it suggests
};

void expect_refused(const Bad& bad, const std::string& text, Family family) {
    const ParseError error = parse_error(text, family);
    EXPECT_EQ(error.line, bad.line) << bad.text << "\n" << error.text();
    EXPECT_EQ(error.column, bad.column) << bad.text << "\n" << error.text();
    EXPECT_NE(error.message.find(bad.message), std::string::npos) << bad.text << "\n" << error.text();
    EXPECT_EQ(error.suggestion, bad.suggestion) << bad.text << "\n" << error.text();
}

constexpr Bad texts[] = {
    {"-A INPUT\n", 1, 1, "expected a table before anything else", ""},
    {" *filter\nCOMMIT\n", 1, 1, "expected a table", "*filter"},
    {"*filtre\nCOMMIT\n", 1, 1, "unknown table `filtre`", "*filter"},
    {"*security\nCOMMIT\n", 1, 1, "unknown table `security`", ""},
    {"*filter x\nCOMMIT\n", 1, 9, "unexpected word", ""},
    {"*filter\nCOMMIT\n*filter\nCOMMIT\n", 3, 1, "stands here twice", ""},  // strict
    {"*filter\n*nat\nCOMMIT\n", 2, 1, "expected a rule that begins with `-A`", ""},
    {"*filter\n:INPUT ACCEPT [0:0]\n", 3, 1, "expected COMMIT", ""},
    {"*filter\nCOMMIT", 2, 7, "COMMIT needs a newline", ""},
    {"*filter\nCOMMIT \n", 2, 1, "expected a rule", ""},
    {"*filter\r\nCOMMIT\r\n", 1, 8, "a carriage return", ""},
    {"*filter\n \nCOMMIT\n", 2, 2, "a line of blanks", ""},
    {"*filter\n  # x\nCOMMIT\n", 2, 3, "expected a rule", ""},
    {"*filter\n:INPUT\nCOMMIT\n", 2, 7, "needs a policy", ""},
    {"*filter\n:INPUT REJECT [0:0]\nCOMMIT\n", 2, 8, "`REJECT` is no policy", ""},
    {"*filter\n:INPUT - [0:0]\nCOMMIT\n", 2, 8, "`-` is no policy", ""},  // strict
    {"*filter\n:u ACCEPT [0:0]\nCOMMIT\n", 2, 4, "user chains have no policy", ""},
    {"*filter\n:INPUT ACCEPT [0:x]\nCOMMIT\n", 2, 18, "`x` is no counter", ""},
    {"*filter\n:INPUT ACCEPT 0:0\nCOMMIT\n", 2, 15, "expected counters as [packets:bytes]", ""},
    {"*filter\n:INPUT ACCEPT [0:0]x\nCOMMIT\n", 2, 20, "unexpected text behind the counters", ""},  // strict
    {"*filter\n:INPUT ACCEPT [0:0] x\nCOMMIT\n", 2, 21, "unexpected word", ""},                     // strict
    {"*filter\n:u - [0:0]\n:u - [0:0]\nCOMMIT\n", 3, 2, "declared twice, first in line 2", ""},
    {"*filter\n:aaaaaaaaaaaaaaaaaaaaaaaaaaaaa - [0:0]\nCOMMIT\n", 2, 2, "28 bytes at most", ""},
    {"*filter\n:-u - [0:0]\nCOMMIT\n", 2, 2, "cannot begin with", ""},  // iptables-legacy takes it
    {"*filter\n:\"u v\" - [0:0]\nCOMMIT\n", 2, 2, "cannot hold a quote", ""},
    {"*filter\n:ACCEPT - [0:0]\nCOMMIT\n", 2, 2, "`ACCEPT` is a target", ""},
    {"*filter\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n", 2, 2, "has no chain `PREROUTING`", ""},
    {"*filter\n[1] -A INPUT\nCOMMIT\n", 2, 1, "expected counters", ""},
    {"*filter\n[1:18446744073709551616] -A INPUT\nCOMMIT\n", 2, 4, "is no counter", ""},  // strict
    {"*filter\n-A INPUT -j u\n:u - [0:0]\nCOMMIT\n", 2, 13, "unknown target `u`", ""},
    {"*filter\n:a - [0:0]\n:b - [0:0]\n-A INPUT -j a\n-A a -j b\n-A b -g a\nCOMMIT\n", 6, 9,
     "a loop: this leads back to chain `a`", ""},
    {"*filter\n:a - [0:0]\n-A a -j a\nCOMMIT\n", 3, 9, "a loop", ""},  // strict: nobody calls it
    {"*nat\n:a - [0:0]\n:b - [0:0]\n-A PREROUTING -j b\n-A b -j a\n-A a -j SNAT --to-source 1.1.1.1\nCOMMIT\n", 6, 9,
     "`SNAT` can be reached from PREROUTING, and is for INPUT, POSTROUTING only", ""},
};

constexpr Bad filter_rules[] = {
    {"-I INPUT -j ACCEPT", 3, 1, "expected a rule that begins with `-A`", ""},  // strict
    {"-A", 3, 3, "`-A` needs the name of a chain", ""},
    {"-A INPT -j ACCEPT", 3, 4, "there is no chain `INPT` in table filter", "INPUT"},
    {"-A INPUT foo", 3, 10, "unexpected word `foo`: expected an option", ""},
    {"-A INPUT --dport 80", 3, 10, "unknown option `--dport`", ""},
    {"-A INPUT -p tcp --dprot 80", 3, 17, "unknown option `--dprot`", "--dport"},
    {"-A INPUT -A INPUT", 3, 10, "`-A` twice", ""},
    {"-A INPUT !", 3, 10, "`!` needs an option", ""},
    {"-A INPUT ! ! -s 1.1.1.1", 3, 12, "`!` twice", ""},
    {"-A INPUT ! -j ACCEPT", 3, 12, "`!` cannot stand before `-j`", ""},
    {"-A INPUT -p ! tcp", 3, 13, "unknown protocol `!`", ""},
    {"-A INPUT -s 1.1.1.1 -s 2.2.2.2", 3, 21, "`-s` twice", ""},
    {"-A INPUT -s", 3, 12, "`-s` needs an address", ""},
    {"-A INPUT -s 10.0.0.0/33", 3, 22, "`33` is no length of a prefix: expected a number from 0 to 32", ""},
    {"-A INPUT -s ::1", 3, 13, "is of the other family: expected an IPv4 address", ""},
    {"-A INPUT -s localhost", 3, 13, "names are not looked up", ""},                   // strict
    {"-A INPUT -s 1.1.1.1,2.2.2.2", 3, 13, "a list makes several rules", ""},          // strict
    {"-A INPUT ! -s 0.0.0.0/0", 3, 15, "no address at all never matches", ""},         // iptables-legacy takes it
    {"-A FORWARD ! -o +", 3, 17, "no interface at all never matches", ""},             // strict: iptables-save loses it
    {"-A INPUT -p tcp ! --dport 0:65535", 3, 27, "no port at all never matches", ""},  // strict, likewise
    {"-A INPUT -o eth0", 3, 10, "`-o` cannot stand in INPUT", ""},
    {"-A OUTPUT -i eth0", 3, 11, "`-i` cannot stand in OUTPUT", ""},
    {"-A INPUT -i abcdefghijklmnop", 3, 13, "15 bytes at most", ""},
    {"-A INPUT -i \"\"", 3, 13, "an empty name of an interface", ""},
    {"-A INPUT -p 256", 3, 13, "`256` is no protocol: expected a number from 0 to 255", ""},
    {"-A INPUT -p tpc", 3, 13, "unknown protocol `tpc`", "tcp"},
    {"-A INPUT ! -p all", 3, 15, "no protocol at all never matches", ""},
    {"-A INPUT -m contrack --ctstate NEW", 3, 13, "unknown match `contrack`", "conntrack"},
    {"-A INPUT -m icmp6 --icmpv6-type 1", 3, 13, "unknown match `icmp6`", "icmp"},
    {"-A INPUT -m tcp", 3, 13, "`tcp` needs -p tcp in its rule", ""},
    {"-A INPUT ! -p tcp -m tcp", 3, 22, "`tcp` needs -p tcp in its rule, without !", ""},
    {"-A INPUT -p udp -m tcp --dport 5", 3, 20, "`tcp` needs -p tcp", ""},
    {"-A INPUT -p tcp --dport 65536", 3, 25, "`65536` is no port", ""},
    {"-A INPUT -p tcp --dport 08", 3, 25, "`08` is no port", ""},
    {"-A INPUT -p tcp --dport 0x", 3, 25, "`0x` is no port", ""},
    {"-A INPUT -p tcp --dport -5", 3, 25, "`-5` is no port", ""},
    {"-A INPUT -p tcp --dport 9:5", 3, 25, "ends before it begins", ""},
    {"-A INPUT -p tcp --dport 5 --dport 6", 3, 27, "`--dport` twice in one `tcp`", ""},
    {"-A INPUT -p tcp --dport 5 -m udp --sport 6", 3, 30, "`udp` needs -p udp", ""},
    {"-A INPUT -p tcp --tcp-flags SYN", 3, 32, "needs a second list of flags", ""},
    {"-A INPUT -p tcp --tcp-flags SYN,AKC SYN", 3, 33, "unknown TCP flag `AKC`", "ACK"},
    {"-A INPUT -p tcp --syn --tcp-flags SYN SYN", 3, 23, "twice in one `tcp`", ""},
    {"-A INPUT -p tcp --tcp-option 0", 3, 30, "`0` is no TCP option to look for", ""},
    {"-A INPUT -p udplite --sport 5", 3, 21, "unknown option `--sport`", ""},
    {"-A INPUT -p icmp -m icmp", 3, 21, "this match needs `--icmp-type`", ""},
    {"-A INPUT -p icmp --icmp-type 3/256", 3, 32, "`256` is no ICMP code", ""},
    {"-A INPUT -p icmp --icmp-type echo", 3, 30, "unknown ICMP type `echo`", "echo-reply"},
    {"-A INPUT -p icmp --icmp-type ehco-reply", 3, 30, "unknown ICMP type `ehco-reply`", "echo-reply"},
    {"-A INPUT -m state", 3, 13, "this match needs `--state`", ""},
    {"-A INPUT -m state --state NEW,ESTABLISED", 3, 31, "unknown state `ESTABLISED`", "ESTABLISHED"},
    {"-A INPUT -m state --state SNAT", 3, 27, "unknown state `SNAT`", ""},
    {"-A INPUT -m state --state NEW,", 3, 31, "unknown state ``", ""},
    {"-A INPUT -m conntrack", 3, 13, "this match needs one of its options", ""},
    {"-A INPUT -m conntrack --ctstatus SEENREPLY", 3, 34, "unknown status `SEENREPLY`", "SEEN_REPLY"},
    {"-A INPUT -m conntrack --ctorigsrc 1.2.3.4/255.0.255.0", 3, 35, "is no prefix", ""},  // strict
    {"-A INPUT -m conntrack --ctexpire 4294967296", 3, 34, "is no number of seconds", ""},
    {"-A INPUT -m conntrack --ctexpire 9:5", 3, 34, "ends before it begins", ""},  // strict
    {"-A INPUT -m conntrack ! --ctdir REPLY", 3, 25, "cannot be inverted", ""},
    {"-A INPUT -m conntrack --ctdir BOTH", 3, 31, "unknown direction `BOTH`", ""},
    {"-A INPUT -m mark --mark 5/", 3, 27, "`` is no mask of a mark", ""},
    {"-A INPUT -m mark --mark 4294967296", 3, 25, "is no mark: expected a number from 0 to 4294967295", ""},
    {"-A INPUT -m connmark", 3, 13, "this match needs `--mark`", ""},
    {"-A INPUT -m multiport --dports 1", 3, 13, "`multiport` needs -p tcp, -p udp", ""},
    {"-A INPUT -p tcp -m multiport", 3, 20, "needs --sports, --dports or --ports", ""},
    {"-A INPUT -p tcp -m multiport --dports 1 --sports 2", 3, 41, "one of --sports, --dports and --ports", ""},
    {"-A INPUT -p tcp -m multiport --dports 1,,2", 3, 41, "`` is no port", ""},
    {"-A INPUT -p tcp -m multiport --dports 5:5", 3, 39, "one port only", ""},
    {"-A INPUT -p tcp -m multiport --dports :5", 3, 39, "`` is no port", ""},
    {"-A INPUT -p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15:16", 3, 39, "more than 15 ports", ""},
    {"-A INPUT -m comment --comment \"a", 3, 31, "a quote is not closed", ""},  // strict
    {"-A INPUT -m comment --comment \"a\"b", 3, 34, "unexpected word `b`", ""},
    {"-A INPUT -m comment ! --comment a", 3, 23, "cannot be inverted", ""},
    {"-A INPUT -j ACEPT", 3, 13, "unknown target `ACEPT`", "ACCEPT"},
    {"-A INPUT -j NFLOG", 3, 13, "cannot be guessed", ""},
    {"-A INPUT -j usr", 3, 13, "unknown target `usr`", "user"},
    {"-A INPUT -g ACCEPT", 3, 13, "there is no user chain `ACCEPT`", ""},
    {"-A INPUT -j FORWARD", 3, 13, "is a built-in chain", ""},
    {"-A INPUT -j ACCEPT -j DROP", 3, 20, "`-j` twice", ""},
    {"-A INPUT -j ACCEPT -g user", 3, 20, "`-g` twice", ""},
    {"-A INPUT -c 1", 3, 14, "needs a number of bytes", ""},
    {"-A INPUT -j SNAT --to-source 1.1.1.1", 3, 13, "stands in table nat only, this is filter", ""},
    {"-A INPUT -j NOTRACK", 3, 13, "stands in table raw only", ""},
    {"-A INPUT -j MARK", 3, 13, "MARK needs --set-mark", ""},
    {"-A INPUT -j MARK --set-mark 1 --or-mark 2", 3, 31, "does one thing only", ""},
    {"-A INPUT -j MARK --and-mark 1/2", 3, 29, "`1/2` is no set of bits", ""},
    {"-A INPUT -j CONNMARK --mask 1", 3, 13, "CONNMARK needs", ""},
    {"-A INPUT -j CONNMARK --set-mark 1 --mask 2", 3, 35, "masks go with --save-mark", ""},  // strict
    {"-A INPUT -j CONNMARK --save-mark --mask 1 --nfmask 2", 3, 43, "stands for both", ""},
    {"-A INPUT -j REJECT --reject-with tcp-reset", 3, 34, "`tcp-reset` needs -p tcp", ""},
    {"-A INPUT -j REJECT --reject-with icmp6-no-route", 3, 34, "unknown kind of answer", ""},
    {"-A INPUT -j LOG --log-level 8", 3, 29, "`8` is no log level", ""},
    {"-A INPUT -j LOG --log-level warn", 3, 29, "unknown log level `warn`", "warning"},
    {"-A INPUT -j LOG --log-prefix \"\"", 3, 30, "an empty --log-prefix", ""},
    {"-A INPUT -j LOG --log-prefix 123456789012345678901234567890", 3, 30, "more than 29 bytes", ""},  // strict: cut
};

constexpr Bad nat_rules[] = {
    {"-A POSTROUTING -j DROP", 3, 19, "iptables refuses DROP in table nat", ""},
    {"-A POSTROUTING -j SNAT", 3, 19, "this target needs `--to-source`", ""},
    {"-A POSTROUTING -j SNAT --to-source 1.2.3.4:80", 3, 36, "has a port, which needs -p tcp", ""},
    {"-A POSTROUTING -p gre -j SNAT --to-source 1.2.3.4:80", 3, 43, "has a port", ""},
    {"-A POSTROUTING -p tcp -j SNAT --to-source 1.2.3.4:90-80", 3, 51, "ends before it begins", ""},
    {"-A POSTROUTING -p tcp -j SNAT --to-source 1.2.3.4:80:", 3, 51, "`80:` is no port", ""},
    {"-A POSTROUTING -p tcp -j SNAT --to-source 1.2.3.4/24", 3, 43, "is no address", ""},
    {"-A POSTROUTING -p tcp -j SNAT --to-source 1.2.3.9-1.2.3.4", 3, 43, "ends before it begins", ""},  // strict
    {"-A POSTROUTING -p tcp -j SNAT --to-source 1.2.3.4:80-90/100", 3, 56, "only a range of ports of DNAT", ""},
    {"-A POSTROUTING -p tcp -j SNAT --to-source 1.1.1.1 --to-source 2.2.2.2", 3, 51, "`--to-source` twice", ""},
    {"-A PREROUTING -p tcp -j DNAT --to-destination 1.1.1.1:80/5", 3, 57, "only a range of ports of DNAT", ""},
    {"-A PREROUTING -p tcp -j DNAT --to-destination 1.1.1.1:80-90/0", 3, 61, "from port 0", ""},
    {"-A PREROUTING -p tcp -j DNAT --to-destination 1.1.1.1 --random-fully", 3, 55, "unknown option", ""},
    {"-A PREROUTING -p tcp -j DNAT --to-destination 1.1.1.1:", 3, 55, "`` is no port", ""},
    {"-A POSTROUTING -j MASQUERADE --to-ports 5", 3, 41, "has a port", ""},
    {"-A POSTROUTING -j MASQUERADE --persistent", 3, 30, "unknown option `--persistent`", ""},
    {"-A PREROUTING -p tcp -j REDIRECT --to-ports 80-90/5", 3, 50, "only a range of ports of DNAT", ""},
    {"-A PREROUTING -j SNAT --to-source 1.1.1.1", 3, 18, "`SNAT` can be reached from PREROUTING", ""},
    {"-A INPUT -j MASQUERADE", 3, 13, "`MASQUERADE` can be reached from INPUT, and is for POSTROUTING only", ""},
    {"-A POSTROUTING -j REDIRECT", 3, 19, "and is for PREROUTING, OUTPUT only", ""},
};

constexpr Bad raw_rules[] = {
    {"-A INPUT -j ACCEPT", 3, 4, "there is no chain `INPUT` in table raw", ""},
    {"-A OUTPUT -j CT --zone 65536", 3, 24, "`65536` is no zone", ""},
    {"-A OUTPUT -j CT --zone-orig 1 --zone-reply 2", 3, 31, "one of --zone, --zone-orig and --zone-reply",
     ""},                                                                          // strict
    {"-A OUTPUT -j CT --ctevents new", 3, 17, "unknown option `--ctevents`", ""},  // strict
    {"-A OUTPUT -p tcp -j CT --helper ftpd", 3, 33, "unknown helper `ftpd`", "ftp"},
    {"-A OUTPUT -p udp -j CT --helper ftp", 3, 33, "the helper `ftp` needs -p tcp", ""},
    {"-A OUTPUT -j CT --helper tftp", 3, 26, "the helper `tftp` needs -p udp", ""},
};

constexpr Bad ipv6_rules[] = {
    {"-A INPUT -s 1.2.3.4", 3, 13, "is of the other family: expected an IPv6 address", ""},
    {"-A INPUT -s [fd00::1]", 3, 13, "is no address", ""},
    {"-A INPUT -f", 3, 10, "ip6tables has no `-f`", ""},
    {"-A INPUT -p icmp --icmp-type 8", 3, 18, "unknown option `--icmp-type`", ""},
    {"-A INPUT -p icmpv6 --icmpv6-type any", 3, 34, "unknown ICMP type `any`", ""},
    {"-A INPUT -p icmp -m icmp6 --icmpv6-type 1", 3, 21, "`icmp6` needs -p icmpv6", ""},
    {"-A INPUT -j REJECT --reject-with icmp-port-unreachable", 3, 34, "unknown kind of answer",
     "icmp6-port-unreachable"},
};

constexpr Bad ipv6_nat_rules[] = {
    {"-A POSTROUTING -p tcp -j SNAT --to-source [fd00::1", 3, 43, "expected a closing bracket", ""},
    {"-A POSTROUTING -p tcp -j SNAT --to-source [fd00::1]-[fd00::2]:80", 3, 52, "expected a colon and ports", ""},
    {"-A POSTROUTING -p tcp -j SNAT --to-source []:80", 3, 44, "`` is no address", ""},  // strict
    {"-A POSTROUTING -p tcp -j SNAT --to-source [fd00::1]:", 3, 53, "`` is no port", ""},
};

template <std::size_t n>
void expect_rules_refused(const Bad (&rules)[n], const char* table, Family family) {
    for (const Bad& bad : rules) expect_refused(bad, in_table(table, bad.text), family);
}

}  // namespace

TEST(RefusedRules, Texts) {
    for (const Bad& bad : texts) expect_refused(bad, bad.text, Family::ipv4);
}
TEST(RefusedRules, InFilter) { expect_rules_refused(filter_rules, "filter", Family::ipv4); }
TEST(RefusedRules, InNat) { expect_rules_refused(nat_rules, "nat", Family::ipv4); }
TEST(RefusedRules, InRaw) { expect_rules_refused(raw_rules, "raw", Family::ipv4); }
TEST(RefusedRules, OfIpv6) {
    expect_rules_refused(ipv6_rules, "filter", Family::ipv6);
    expect_rules_refused(ipv6_nat_rules, "nat", Family::ipv6);
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

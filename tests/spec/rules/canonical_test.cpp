// Every match and target in the form that iptables-save gives it. The right-hand sides are what iptables-save 1.8.9
// (legacy) printed for the left-hand sides.
#include "tests/spec/rules/rule_texts.hpp"

using namespace conntrack;
using namespace conntrack::testing;

namespace {

struct Sample {
    const char* table;
    const char* written;
    const char* canonical;  // null: as written
};

void expect_canonical(const Sample& sample, Family family) {
    const std::string text = in_table(sample.table, sample.written);
    EXPECT_EQ(first_rule_text(parsed(text, family)), sample.canonical ? sample.canonical : sample.written);
}

constexpr Sample ipv4_samples[] = {
    {"filter", "-A INPUT", nullptr},
    {"filter", "-A INPUT ! -s 1.2.3.4/255.255.255.0 ! -d 1.0.3.0/255.0.255.0 -i eth+ -p tcp",
     "-A INPUT ! -s 1.2.3.0/24 ! -d 1.0.3.0/255.0.255.0 -i eth+ -p tcp"},
    {"filter", "-A FORWARD -p tcp -o eth1 -i eth0 -d 10.0.0.1", "-A FORWARD -d 10.0.0.1/32 -i eth0 -o eth1 -p tcp"},
    {"filter", "-A INPUT --src 10.0.0.1 --in-interface eth0 --protocol tcp --match tcp --jump ACCEPT",
     "-A INPUT -s 10.0.0.1/32 -i eth0 -p tcp -m tcp -j ACCEPT"},
    {"filter", "--append INPUT --proto tcp --goto user", "-A INPUT -p tcp -g user"},
    {"filter", "-A INPUT -s 0.0.0.0/0 -i + -p all", "-A INPUT"},
    {"filter", "-A INPUT ! -i lo ! -p tcp", nullptr},
    {"filter", "-A INPUT -p 0x6", "-A INPUT -p tcp"},
    {"filter", "-A INPUT -p TCP", "-A INPUT -p tcp"},
    {"filter", "-A INPUT -p 58", "-A INPUT -p ipv6-icmp"},
    {"filter", "-A INPUT -p 200", nullptr},
    {"filter", "-A INPUT -f", nullptr},
    {"filter", "-A INPUT ! -f", nullptr},
    {"filter", "-A INPUT -p tcp ! --sport :80 --dport 90:", "-A INPUT -p tcp -m tcp ! --sport 0:80 --dport 90:65535"},
    {"filter", "-A INPUT -p tcp --dport 050", "-A INPUT -p tcp -m tcp --dport 40"},
    {"filter", "-A INPUT -p tcp --dport 5:5", "-A INPUT -p tcp -m tcp --dport 5"},
    {"filter", "-A INPUT -p tcp --dport 0:65535", "-A INPUT -p tcp -m tcp"},
    {"filter", "-A INPUT -p tcp --syn", "-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN"},
    {"filter", "-A INPUT -p tcp ! --syn", "-A INPUT -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN"},
    {"filter", "-A INPUT -p tcp --tcp-flags ALL NONE",
     "-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG NONE"},
    {"filter", "-A INPUT -p tcp --tcp-flags NONE NONE", "-A INPUT -p tcp -m tcp"},
    {"filter", "-A INPUT -p tcp --tcp-flags SYN,ACK SYN --tcp-option 8 --dport 1",
     "-A INPUT -p tcp -m tcp --dport 1 --tcp-option 8 --tcp-flags SYN,ACK SYN"},
    {"filter", "-A INPUT -p tcp --dport 5 -m tcp --dport 6", "-A INPUT -p tcp -m tcp --dport 5 -m tcp --dport 6"},
    {"filter", "-A INPUT -p udp --sport 0:65535 --dport 53", "-A INPUT -p udp -m udp --dport 53"},
    {"filter", "-A INPUT -p sctp --sport 0:65535 ! --dport 6:7",
     "-A INPUT -p sctp -m sctp --sport 0:65535 ! --dport 6:7"},
    {"filter", "-A INPUT -p dccp --sport :5", "-A INPUT -p dccp -m dccp --sport 0:5"},
    {"filter", "-A INPUT -p icmp --icmp-type echo-request", "-A INPUT -p icmp -m icmp --icmp-type 8"},
    {"filter", "-A INPUT -p icmp --icmp-type PING", "-A INPUT -p icmp -m icmp --icmp-type 8"},
    {"filter", "-A INPUT -p icmp ! --icmp-type host-unreachable", "-A INPUT -p icmp -m icmp ! --icmp-type 3/1"},
    {"filter", "-A INPUT -p icmp --icmp-type 255/7", "-A INPUT -p icmp -m icmp --icmp-type any"},
    {"filter", "-A INPUT -m state ! --state related,NEW", "-A INPUT -m state ! --state NEW,RELATED"},
    {"filter", "-A INPUT -m conntrack --ctstate SNAT,DNAT,NEW,RELATED,ESTABLISHED,INVALID,UNTRACKED",
     "-A INPUT -m conntrack --ctstate INVALID,NEW,RELATED,ESTABLISHED,UNTRACKED,SNAT,DNAT"},
    {"filter", "-A INPUT -m conntrack --ctproto tcp --ctorigsrc 1.2.3.4/8 ! --ctorigdst 5.6.7.8 --ctrepldst 2.2.2.2/32",
     "-A INPUT -m conntrack --ctproto 6 --ctorigsrc 1.2.3.4/8 ! --ctorigdst 5.6.7.8 --ctrepldst 2.2.2.2"},
    {"filter",
     "-A INPUT -m conntrack ! --ctproto 17 --ctorigsrcport 5 --ctorigdstport 6:7 ! --ctreplsrcport 7 --ctrepldstport "
     "8",
     nullptr},
    {"filter", "-A INPUT -m conntrack ! --ctstatus NONE,ASSURED --ctexpire 5:",
     "-A INPUT -m conntrack ! --ctstatus ASSURED --ctexpire 5:4294967295"},
    {"filter", "-A INPUT -m conntrack --ctstatus none --ctdir reply",
     "-A INPUT -m conntrack --ctstatus NONE --ctdir REPLY"},
    {"filter", "-A INPUT -m mark --mark 5 -m mark ! --mark 0x5/0xff -m connmark --mark 010/7 -m connmark ! --mark 9",
     "-A INPUT -m mark --mark 0x5 -m mark ! --mark 0x5/0xff -m connmark --mark 0x8/0x7 -m connmark ! --mark 0x9"},
    {"filter", "-A INPUT -p tcp -m multiport ! --destination-ports 1,2,3:5",
     "-A INPUT -p tcp -m multiport ! --dports 1,2,3:5"},
    {"filter", "-A INPUT -p 136 -m multiport --ports 1,2,3,4,5,6,7,8,9,10,11,12,13,14:15",
     "-A INPUT -p udplite -m multiport --ports 1,2,3,4,5,6,7,8,9,10,11,12,13,14:15"},
    {"filter", "-A INPUT -m comment --comment \"hello w\\\"or'ld \\\\ x\"",
     "-A INPUT -m comment --comment \"hello w\\\"or\\'ld \\\\ x\""},
    {"filter", "-A INPUT -m comment --comment \"-j\"", "-A INPUT -m comment --comment -j"},
    {"filter", "-A INPUT -m comment --comment a\\b", "-A INPUT -m comment --comment \"a\\\\b\""},
    {"filter", "-A INPUT -m comment --comment \"\"", nullptr},
    {"filter", "-A INPUT -p tcp -s 1.1.1.1 --dport 5 -m mark --mark 1 --sport 6",
     "-A INPUT -s 1.1.1.1/32 -p tcp -m tcp --sport 6 --dport 5 -m mark --mark 0x1"},
    {"filter", "-A INPUT -j LOG -s 1.1.1.1 --log-level debug --log-prefix \"a b \" --log-uid --log-tcp-options",
     "-A INPUT -s 1.1.1.1/32 -j LOG --log-prefix \"a b \" --log-level 7 --log-tcp-options --log-uid"},
    {"filter", "-A INPUT -j LOG --log-level 4", "-A INPUT -j LOG"},
    {"filter", "-A INPUT -j REJECT", "-A INPUT -j REJECT --reject-with icmp-port-unreachable"},
    {"filter", "-A INPUT -j REJECT --reject-with host-prohib", "-A INPUT -j REJECT --reject-with icmp-host-prohibited"},
    {"filter", "-A INPUT -p tcp -j REJECT --reject-with tcp-rst", "-A INPUT -p tcp -j REJECT --reject-with tcp-reset"},
    {"filter", "-A INPUT -j user", nullptr},
    {"filter", "-A INPUT -j RETURN", nullptr},
    {"raw", "-A PREROUTING -j NOTRACK", nullptr},
    {"raw", "-A PREROUTING -j CT --notrack", nullptr},
    {"raw", "-A OUTPUT -p udp -j CT --zone 0x10 --helper tftp", "-A OUTPUT -p udp -j CT --helper tftp --zone 16"},
    {"raw", "-A PREROUTING -j CT --zone 0", "-A PREROUTING -j CT"},
    {"raw", "-A PREROUTING -j CT --zone-orig mark", nullptr},
    {"raw", "-A PREROUTING -j CT --zone-reply 65535", nullptr},
    {"mangle", "-A PREROUTING -j MARK --set-mark 5", "-A PREROUTING -j MARK --set-xmark 0x5/0xffffffff"},
    {"mangle", "-A PREROUTING -j MARK --set-mark 0x105/0xf", "-A PREROUTING -j MARK --set-xmark 0x105/0x10f"},
    {"mangle", "-A PREROUTING -j MARK --and-mark 0xf0", "-A PREROUTING -j MARK --set-xmark 0x0/0xffffff0f"},
    {"mangle", "-A PREROUTING -j MARK --or-mark 0xf0", "-A PREROUTING -j MARK --set-xmark 0xf0/0xf0"},
    {"mangle", "-A PREROUTING -j MARK --xor-mark 0xf0", "-A PREROUTING -j MARK --set-xmark 0xf0/0x0"},
    {"mangle", "-A PREROUTING -j CONNMARK --set-xmark 5/0xff", "-A PREROUTING -j CONNMARK --set-xmark 0x5/0xff"},
    {"mangle", "-A PREROUTING -j CONNMARK --mask 2 --save-mark",
     "-A PREROUTING -j CONNMARK --save-mark --nfmask 0x2 --ctmask 0x2"},
    {"mangle", "-A PREROUTING -j CONNMARK --restore-mark --ctmask 2",
     "-A PREROUTING -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0x2"},
    {"nat", "-A POSTROUTING -j SNAT --to-source 1.2.3.4-1.2.3.4", "-A POSTROUTING -j SNAT --to-source 1.2.3.4"},
    {"nat", "-A POSTROUTING -p tcp -j SNAT --persistent --random-fully --to-source 1.2.3.4-1.2.3.9:1000-2000",
     "-A POSTROUTING -p tcp -j SNAT --to-source 1.2.3.4-1.2.3.9:1000-2000 --random-fully --persistent"},
    {"nat", "-A POSTROUTING -p tcp -j SNAT --to-source :1000-1000 --random",
     "-A POSTROUTING -p tcp -j SNAT --to-source :1000 --random"},
    {"nat", "-A INPUT -p icmp -j SNAT --to-source 1.1.1.1:80", nullptr},
    {"nat", "-A OUTPUT -p tcp -j DNAT --to-destination 1.2.3.4:80-90/100 --random --persistent", nullptr},
    {"nat", "-A PREROUTING -p tcp -j DNAT --to-destination :0", nullptr},
    {"nat", "-A POSTROUTING -p tcp -j MASQUERADE --to-ports 5-7 --random --random-fully", nullptr},
    {"nat", "-A PREROUTING -p tcp -j REDIRECT --to-ports 80-80", "-A PREROUTING -p tcp -j REDIRECT --to-ports 80"},
    {"nat", "-A user -p tcp -j REDIRECT", nullptr},
};

constexpr Sample ipv6_samples[] = {
    {"filter", "-A INPUT -s fd00::1/64 -d ::/0 -p icmpv6", "-A INPUT -s fd00::/64 -p ipv6-icmp"},
    {"filter", "-A INPUT ! -s fd00::1/ffff::ffff", nullptr},
    {"filter", "-A INPUT -s fd00::1/ffff::", "-A INPUT -s fd00::/16"},
    {"filter", "-A INPUT -d fe80::/10 -s FD00::1", "-A INPUT -s fd00::1/128 -d fe80::/10"},
    {"filter", "-A INPUT -p icmpv6 --icmpv6-type neighbor-solicitation",
     "-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135"},
    {"filter", "-A INPUT -p 58 ! --icmpv6-type port-unreachable", "-A INPUT -p ipv6-icmp -m icmp6 ! --icmpv6-type 1/4"},
    {"filter", "-A INPUT -p icmpv6 --icmpv6-type 255", "-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 255"},
    {"filter", "-A INPUT -p icmp", nullptr},
    {"filter", "-A INPUT -j REJECT", "-A INPUT -j REJECT --reject-with icmp6-port-unreachable"},
    {"filter", "-A INPUT -j REJECT --reject-with adm-prohibited",
     "-A INPUT -j REJECT --reject-with icmp6-adm-prohibited"},
    {"filter", "-A INPUT -m conntrack --ctorigsrc fd00::1/64 --ctreplsrc fd00::1/128",
     "-A INPUT -m conntrack --ctorigsrc fd00::1/64 --ctreplsrc fd00::1"},
    {"nat", "-A POSTROUTING -j SNAT --to-source [fd00::1]", "-A POSTROUTING -j SNAT --to-source fd00::1"},
    {"nat", "-A POSTROUTING -j SNAT --to-source fd00::1-fd00::9", nullptr},
    {"nat", "-A POSTROUTING -p tcp -j SNAT --to-source [fd00::1-fd00::2]:80-90", nullptr},
    {"nat", "-A POSTROUTING -p tcp -j SNAT --to-source :80", nullptr},
    {"nat", "-A PREROUTING -p tcp -j DNAT --to-destination [fd00::1]:80-90/100", nullptr},
};

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

#include "oracle/traffic/rule_pool.hpp"

namespace conntrack::oracle::traffic {

namespace {

std::string table(const char* name, const char* chains, const std::string& rules) {
    return std::string("*") + name + "\n" + chains + rules + "COMMIT\n";
}

std::string nat_table(const std::string& rules) {
    return table("nat",
                 ":PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n",
                 rules);
}

std::string filter_table(const std::string& rules) {
    return table("filter", ":INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n", rules);
}

std::string raw_table(const std::string& rules) {
    return table("raw", ":PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n", rules);
}

const std::string masquerade = "-A POSTROUTING -o outside -j MASQUERADE\n";

const std::array<std::string, 10>& translations() {
    static const std::array<std::string, 10> rules = {
        masquerade,
        "-A POSTROUTING -o outside -j SNAT --to-source 192.0.2.1\n",
        "-A POSTROUTING -o outside -j SNAT --to-source 192.0.2.77\n",
        "-A POSTROUTING -o outside -p tcp -j SNAT --to-source 192.0.2.77:2000-2003\n"
        "-A POSTROUTING -o outside -p udp -j SNAT --to-source 192.0.2.77:2000-2003\n",
        "-A POSTROUTING -o outside -j MASQUERADE --random\n",
        "-A POSTROUTING -o outside -j MASQUERADE --random-fully\n",
        "-A PREROUTING -i inside -p tcp -m tcp --dport 80 -j DNAT --to-destination 198.51.100.2:8080\n"
        "-A PREROUTING -i outside -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.3:8080\n",
        "-A PREROUTING -i inside -p udp -m udp --dport 53 -j DNAT --to-destination 198.51.100.2\n" + masquerade,
        "-A POSTROUTING -o outside -p sctp -j SNAT --to-source 192.0.2.77:2000-2003\n"
        "-A PREROUTING -i inside -p gre -j DNAT --to-destination 198.51.100.2\n",
        "",  // hooks alone: null bindings
    };
    return rules;
}

const std::array<std::string, 5>& filters() {
    static const std::array<std::string, 5> rules = {
        filter_table("-A FORWARD -m conntrack --ctstate INVALID -j DROP\n"
                     "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
                     "-A FORWARD -i inside -j ACCEPT\n-A FORWARD -j DROP\n"),
        filter_table("-A FORWARD -i outside -m conntrack --ctstate NEW -j DROP\n"),
        filter_table("-A FORWARD -i inside -p udp -m conntrack --ctstate NEW -j DROP\n"),
        raw_table("-A PREROUTING -p udp -m udp --dport 53 -j CT --notrack\n"),
        raw_table("-A PREROUTING -p tcp -m tcp --dport 81 -j CT --notrack\n") +
            filter_table("-A FORWARD -m conntrack --ctstate INVALID -j DROP\n"),
    };
    return rules;
}

}  // namespace

namespace {

/// linux-6.18 needs to be told who looks into what.
RuleText draw_rules_with_helpers(EditionId edition, Numbers& numbers) {
    static const std::array<std::string, 6> nat = {
        masquerade,
        "-A POSTROUTING -o outside -j SNAT --to-source 192.0.2.77\n",
        "-A POSTROUTING -o outside -j SNAT --to-source 192.0.2.77\n",
        "-A PREROUTING -i outside -p tcp -m tcp --dport 21 -j DNAT --to-destination 10.0.0.3\n" + masquerade,
        "-A POSTROUTING -o outside -j SNAT --to-source 100.100.100.100-100.100.100.103\n",
        ""};
    const std::string helpers = raw_table(
        "-A PREROUTING -p tcp -m tcp --dport 21 -j CT --helper ftp\n"
        "-A PREROUTING -p udp -m udp --dport 69 -j CT --helper tftp\n");
    RuleText out;
    if (edition == EditionId::linux_6_18) out.ipv4 = out.ipv6 = helpers;
    out.translates = numbers.percent(70);
    if (!out.translates) return out;
    out.ipv4 += nat_table(numbers.of(nat));
    if (numbers.one_in(2)) out.ipv6 += nat_table(numbers.one_in(2) ? masquerade : "");
    return out;
}

}  // namespace

RuleText draw_rules(Profile profile, EditionId edition, Numbers& numbers) {
    if (profile == Profile::ftp) return draw_rules_with_helpers(edition, numbers);
    RuleText out;
    const bool may_translate = profile != Profile::tcp && profile != Profile::udp && profile != Profile::icmp;
    out.translates = profile == Profile::nat || (may_translate && numbers.percent(10));
    if (out.translates) {
        out.ipv4 = nat_table(numbers.of(translations()));
        if (numbers.one_in(2)) out.ipv6 = nat_table(numbers.one_in(2) ? masquerade : "");
    }
    if (numbers.percent(profile == Profile::nat ? 20 : 6)) {
        const std::string filter = numbers.of(filters());
        out.ipv4 += filter;
        if (numbers.one_in(2)) out.ipv6 += filter;
    }
    return out;
}

}  // namespace conntrack::oracle::traffic

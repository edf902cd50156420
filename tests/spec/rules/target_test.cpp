// What targets do.
#include "tests/spec/rules/rule_fixture.hpp"
#include "tests/support/editions.hpp"

using namespace conntrack;
using namespace conntrack::rules;
using namespace conntrack::testing;

namespace {

class RuleTarget : public ::testing::Test {
  protected:
    /// Sends the packet through the lines of a table, at FORWARD or the first hook that the lines name.
    Decision send(const char* table, const std::string& lines, TableId id, Hook hook) {
        rules_ = parsed(in_table(table, lines));
        return run(rules_, id, hook, subject);
    }
    Decision mangle(const std::string& lines) { return send("mangle", lines, TableId::mangle, Hook::forward); }
    Decision raw(const std::string& lines) { return send("raw", lines, TableId::raw, Hook::prerouting); }

    Packet packet = udp_packet(ipv4_ends(1000, 53), Direction::original);
    FlowView flow = translated_flow();
    Subject subject{packet, linux_6_18, "eth0", "eth1"};

  private:
    RuleSet rules_;
};

std::uint32_t marked(const std::string& option, std::uint32_t before) {
    const Packet packet = udp_packet(ipv4_ends(1000, 53), Direction::original);
    Subject subject{packet, linux_6_18, "", "", before};
    const RuleSet rules = parsed(in_table("mangle", "-A FORWARD -j MARK " + option));
    EXPECT_EQ(run(rules, TableId::mangle, Hook::forward, subject).kind, Decision::Kind::accept);
    EXPECT_EQ(subject.effects.mark_changed, subject.mark != before);
    return subject.mark;
}

}  // namespace

TEST_F(RuleTarget, MarkInAllItsWays) {
    EXPECT_EQ(marked("--set-mark 5", 0xf0), 5u);
    EXPECT_EQ(marked("--set-mark 0x5/0xf", 0xfa), 0xf5u);
    EXPECT_EQ(marked("--set-mark 0x15/0xf", 0x1a), 0x15u) << "bits of the value belong to the mask too";
    EXPECT_EQ(marked("--set-xmark 0x15/0xf", 0x1a), 0x05u);
    EXPECT_EQ(marked("--and-mark 0xf", 0x1a), 0xau);
    EXPECT_EQ(marked("--or-mark 0xf", 0x1a), 0x1fu);
    EXPECT_EQ(marked("--xor-mark 0xf", 0x1a), 0x15u);
    EXPECT_EQ(marked("--set-mark 5", 5), 5u);
}

TEST_F(RuleTarget, ConnmarkSetsSavesAndRestores) {
    subject.tracked(CtInfo::new_, Direction::original, &flow);
    subject.mark = 0xabcd;
    mangle("-A FORWARD -j CONNMARK --set-xmark 0x3/0xff");
    EXPECT_EQ(flow.mark, 0x3u);
    EXPECT_TRUE(subject.effects.connmark_changed);
    EXPECT_FALSE(subject.effects.mark_changed);
    mangle("-A FORWARD -j CONNMARK --save-mark --nfmask 0xff --ctmask 0xffff");
    EXPECT_EQ(flow.mark, 0xcdu);
    flow.mark = 0x1234;
    mangle("-A FORWARD -j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xf");
    EXPECT_EQ(subject.mark, 0xab04u);
    EXPECT_TRUE(subject.effects.mark_changed);
    mangle("-A FORWARD -j CONNMARK --save-mark");
    EXPECT_EQ(flow.mark, 0xab04u);
}

TEST_F(RuleTarget, ConnmarkDoesNothingWithoutAnEntryOrWithoutAChange) {
    subject.mark = 7;
    for (const char* what : {"--set-mark 1", "--save-mark", "--restore-mark"})
        EXPECT_EQ(mangle(std::string("-A FORWARD -j CONNMARK ") + what).kind, Decision::Kind::accept);
    EXPECT_EQ(subject.mark, 7u);
    EXPECT_FALSE(subject.effects.mark_changed || subject.effects.connmark_changed);
    subject.tracked(CtInfo::new_, Direction::original, &flow);
    mangle("-A FORWARD -j CONNMARK --set-mark 0x15");
    EXPECT_FALSE(subject.effects.connmark_changed);
}

TEST_F(RuleTarget, TheFirstCtTargetCounts) {
    const Decision decision =
        raw("-A PREROUTING -m state --state INVALID -j CT --zone-orig 5\n-A PREROUTING -j CT --notrack\n"
            "-A PREROUTING -j CT --zone 6\n");
    EXPECT_EQ(decision.kind, Decision::Kind::accept);
    ASSERT_NE(subject.effects.ct, nullptr);
    EXPECT_EQ(subject.effects.ct->zone, (ZoneChoice{ZoneChoice::Directions::original, false, 5}));
    EXPECT_FALSE(subject.effects.ct->notrack);
    EXPECT_EQ(subject.effects.ct_rule->line, 3u);
}

// Seen in linux-6.18: the template is an entry without addresses, NEW and CONFIRMED.
TEST_F(RuleTarget, RulesBehindACtTargetSeeItsTemplate) {
    const char* drops[] = {"-m state --state NEW", "-m conntrack --ctstatus CONFIRMED", "-m conntrack --ctproto 0",
                           "-m conntrack --ctstate NEW --ctexpire 0 --ctdir ORIGINAL", "-m connmark --mark 0"};
    for (const char* drop : drops) {
        subject.tracked(CtInfo::invalid, Direction::original, nullptr);
        const std::string text = std::string("-A PREROUTING -j CT --zone 5\n-A PREROUTING ") + drop + " -j DROP";
        EXPECT_EQ(raw(text).kind, Decision::Kind::drop) << drop;
    }
    subject.tracked(CtInfo::invalid, Direction::original, nullptr);
    EXPECT_EQ(raw("-A PREROUTING -j CT\n-A PREROUTING -m state --state INVALID -j DROP").kind, Decision::Kind::accept);
}

TEST_F(RuleTarget, NotrackMakesThePacketUntrackedAtOnce) {
    for (const char* target : {"NOTRACK", "CT --notrack", "CT --notrack --zone 4"}) {
        subject.tracked(CtInfo::invalid, Direction::original, nullptr);
        const std::string text = std::string("-A PREROUTING -j ") + target +
                                 "\n-A PREROUTING -j CT --zone 7\n-A PREROUTING -m state --state UNTRACKED -j DROP";
        EXPECT_EQ(raw(text).kind, Decision::Kind::drop) << target;
        EXPECT_EQ(subject.info, CtInfo::untracked);
        EXPECT_TRUE(subject.effects.ct->notrack);
    }
}

TEST_F(RuleTarget, APacketThatCarriesAnEntryKeepsIt) {
    subject.tracked(CtInfo::established, Direction::original, &flow);
    raw("-A PREROUTING -j NOTRACK");
    EXPECT_EQ(subject.effects.ct, nullptr);
    EXPECT_EQ(subject.info, CtInfo::established);
}

TEST_F(RuleTarget, ZonesAndHelpersAreHandedOut) {
    raw("-A PREROUTING -p udp -j CT --helper tftp --zone-reply mark");
    EXPECT_EQ(subject.effects.ct->helper, "tftp");
    EXPECT_EQ(subject.effects.ct->zone, (ZoneChoice{ZoneChoice::Directions::reply, true, 0}));
}

TEST_F(RuleTarget, RejectSaysWithWhat) {
    const Decision decision =
        send("filter", "-A FORWARD -j REJECT --reject-with admin-prohib", TableId::filter, Hook::forward);
    EXPECT_EQ(decision.kind, Decision::Kind::reject);
    ASSERT_NE(decision.reject, nullptr);
    EXPECT_EQ(decision.reject->with, "icmp-admin-prohibited");
    EXPECT_EQ(decision.rule->line, 3u);
}

TEST_F(RuleTarget, LogGoesOn) {
    const Decision decision = mangle(
        "-A FORWARD -j LOG --log-prefix one --log-level info\n-A FORWARD -j LOG --log-prefix \"two \"\n"
        "-A FORWARD -j DROP\n-A FORWARD -j LOG");
    EXPECT_EQ(decision.kind, Decision::Kind::drop);
    ASSERT_EQ(subject.effects.logs.size(), 2u);
    EXPECT_EQ(subject.effects.logs[0].log->prefix, "one");
    EXPECT_EQ(subject.effects.logs[0].log->level, 6);
    EXPECT_EQ(subject.effects.logs[1].log->prefix, "two ");
    EXPECT_EQ(subject.effects.logs[1].rule->line, 4u);
}

TEST_F(RuleTarget, NatHandsOutItsRange) {
    const Decision snat = send("nat", "-A POSTROUTING -p udp -j SNAT --to-source 1.2.3.4-1.2.3.9:10-20 --random-fully",
                               TableId::nat, Hook::postrouting);
    EXPECT_EQ(snat.kind, Decision::Kind::nat);
    ASSERT_NE(snat.nat, nullptr);
    EXPECT_EQ(snat.nat->kind, NatTarget::Kind::snat);
    NatRange range;
    range.map_ips = range.proto_specified = range.random_fully = true;
    range.min = Address::v4(0x01020304);
    range.max = Address::v4(0x01020309);
    range.port_min = 10;
    range.port_max = 20;
    EXPECT_EQ(snat.nat->range, range);

    const Decision dnat = send("nat", "-A PREROUTING -p udp -j DNAT --to-destination :80-90/100 --persistent",
                               TableId::nat, Hook::prerouting);
    NatRange shifted;
    shifted.proto_specified = shifted.proto_offset = shifted.persistent = true;
    shifted.port_min = 80;
    shifted.port_max = 90;
    shifted.port_base = 100;
    EXPECT_EQ(dnat.nat->range, shifted);
    EXPECT_EQ(dnat.nat->kind, NatTarget::Kind::dnat);

    const Decision masquerade = send("nat", "-A POSTROUTING -j MASQUERADE --random", TableId::nat, Hook::postrouting);
    EXPECT_EQ(masquerade.nat->kind, NatTarget::Kind::masquerade);
    EXPECT_TRUE(masquerade.nat->range.random);
    EXPECT_FALSE(masquerade.nat->range.map_ips);
    const Decision redirect =
        send("nat", "-A PREROUTING -p udp -j REDIRECT --to-ports 5353", TableId::nat, Hook::prerouting);
    EXPECT_EQ(redirect.nat->kind, NatTarget::Kind::redirect);
    EXPECT_EQ(redirect.nat->range.port_min, 5353);
    EXPECT_TRUE(redirect.nat->range.proto_specified);
}

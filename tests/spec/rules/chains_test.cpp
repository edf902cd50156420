// The way through the chains of a table: policies, jumps, gotos, returns, counters, what is uncertain.
#include "tests/spec/rules/rule_fixture.hpp"

#include <map>

using namespace conntrack;
using namespace conntrack::rules;
using namespace conntrack::testing;

namespace {

class Chains : public ::testing::Test {
  protected:
    Decision send(const std::string& text, UnknownMatchPolicy unknown = UnknownMatchPolicy::refuse) {
        rules = parsed(text, Family::ipv4, unknown);
        counters = RuleCounters(rules);
        subject.counters = &counters;
        subject.effects = {};
        return run(rules, TableId::filter, Hook::forward, subject);
    }
    /// The comments of the rules that the packet matched, in order.
    [[nodiscard]] std::string way() const {
        std::string out;
        for (const Step& step : subject.effects.steps) {
            if (!step.matched) continue;
            for (const Match& match : step.rule->matches)
                if (const auto* comment = std::get_if<CommentMatch>(&match)) out += comment->text;
        }
        return out;
    }

    Packet packet = udp_packet(ipv4_ends(1000, 53), Direction::original);
    Subject subject{packet, linux_6_18};
    RuleSet rules;
    RuleCounters counters;
};

std::string say(char letter) { return std::string(" -m comment --comment ") + letter; }

}  // namespace

TEST_F(Chains, NoTableOrNoChainAccepts) {
    const Decision none = send("*raw\nCOMMIT\n");
    EXPECT_EQ(none.kind, Decision::Kind::accept);
    EXPECT_EQ(none.chain, nullptr);
    const RuleSet nat = parsed("*nat\nCOMMIT\n");
    EXPECT_EQ(run(nat, TableId::nat, Hook::forward, subject).chain, nullptr);
}

TEST_F(Chains, ThePolicyDecidesAtTheEndAndCounts) {
    for (const bool drops : {false, true}) {
        const Decision decision =
            send(std::string("*filter\n:FORWARD ") + (drops ? "DROP" : "ACCEPT") + " [10:1000]\n-A FORWARD -p tcp -j " +
                 (drops ? "ACCEPT" : "DROP") + "\nCOMMIT\n");
        EXPECT_EQ(decision.kind, drops ? Decision::Kind::drop : Decision::Kind::accept);
        EXPECT_EQ(decision.rule, nullptr);
        ASSERT_NE(decision.chain, nullptr);
        EXPECT_EQ(counters[decision.chain->number], (RuleCount{11, 1000 + packet.length}));
        EXPECT_EQ(counters[decision.chain->rules[0].number], (RuleCount{0, 0}));
    }
}

// The way that linux-6.18 was seen to take through such rules, by its counters.
TEST_F(Chains, GotoLeavesNoPlaceToReturnTo) {
    const Decision decision = send(
        "*filter\n:u - [0:0]\n:v - [0:0]\n:w - [0:0]\n-A FORWARD" + say('a') + " -j u\n-A FORWARD" + say('b') +
        "\n-A u" + say('c') + " -g v\n-A u" + say('X') + "\n-A v" + say('d') + " -j w\n-A v" + say('e') + "\n-A v" +
        say('f') + " -j RETURN\n-A v" + say('X') + "\n-A w" + say('g') + " -j RETURN\n-A w" + say('X') + "\nCOMMIT\n");
    EXPECT_EQ(way(), "acdgefb");
    EXPECT_EQ(decision.chain, rules.table(TableId::filter)->built_in(Hook::forward));
}

TEST_F(Chains, ReturnFromTheBuiltInChainAsksThePolicy) {
    const Decision decision =
        send("*filter\n:FORWARD DROP [0:0]\n:u - [0:0]\n-A FORWARD" + say('a') + " -g u\n-A FORWARD" + say('X') +
             " -j ACCEPT\n-A u" + say('b') + " -j RETURN\nCOMMIT\n");
    EXPECT_EQ(way(), "ab");
    EXPECT_EQ(decision.kind, Decision::Kind::drop);
    EXPECT_EQ(decision.rule, nullptr);
}

TEST_F(Chains, TheDecidingRuleAndItsChainAreNamed) {
    const Decision decision =
        send("*filter\n:u - [0:0]\n-A FORWARD -j u\n-A u -p tcp -j DROP\n-A u -p udp -j ACCEPT\nCOMMIT\n");
    ASSERT_NE(decision.rule, nullptr);
    EXPECT_EQ(decision.rule->text, "-A u -p udp -j ACCEPT");
    EXPECT_EQ(decision.rule->line, 5u);
    EXPECT_EQ(decision.chain->name, "u");
    EXPECT_FALSE(decision.uncertain);
}

TEST_F(Chains, EveryRuleThatMatchesCountsThePacketAndItsBytes) {
    send(
        "*filter\n:u - [0:0]\n[5:50] -A FORWARD -p udp\n-A FORWARD -p tcp\n-A FORWARD -j u\n-A FORWARD -j DROP\n-A u "
        "-p "
        "udp\nCOMMIT\n");
    const Table& filter = *rules.table(TableId::filter);
    const auto& forward = filter.built_in(Hook::forward)->rules;
    EXPECT_EQ(counters[forward[0].number], (RuleCount{6, 50 + packet.length}));
    EXPECT_EQ(counters[forward[1].number], (RuleCount{0, 0}));
    for (const std::size_t i : {2u, 3u}) EXPECT_EQ(counters[forward[i].number], (RuleCount{1, packet.length}));
    EXPECT_EQ(counters[filter.chains.back().rules[0].number], (RuleCount{1, packet.length}));
    EXPECT_EQ(counters[filter.built_in(Hook::forward)->number], (RuleCount{0, 0}));
    const std::string text = to_text(rules, true, &counters);
    EXPECT_NE(text.find("[6:" + std::to_string(50 + packet.length) + "] -A FORWARD -p udp\n"), std::string::npos)
        << text;
}

TEST_F(Chains, ACutHeaderDropsWithoutCounting) {
    packet.transport_available = 7;
    packet.udp.reset();
    const Decision decision = send("*filter\n-A FORWARD -p udp --dport 1 -j ACCEPT\nCOMMIT\n");
    EXPECT_EQ(decision.kind, Decision::Kind::drop);
    EXPECT_TRUE(decision.header_cut);
    EXPECT_EQ(counters[decision.rule->number], (RuleCount{0, 0}));
}

TEST_F(Chains, DeepJumpsAreNoRecursion) {
    std::string text = "*filter\n";
    constexpr int depth = 20'000;
    auto chain = [](int i) { return "c" + std::to_string(i); };
    for (int i = 0; i < depth; ++i) text += ":" + chain(i) + " - [0:0]\n";
    text += "-A FORWARD -j c0\n";
    for (int i = 0; i + 1 < depth; ++i) text += "-A " + chain(i) + " -j " + chain(i + 1) + "\n";
    text += "-A " + chain(depth - 1) + " -j DROP\nCOMMIT\n";
    EXPECT_EQ(send(text).chain->name, chain(depth - 1));
}

TEST_F(Chains, WhatHangsOnAnUnknownMatchIsMarked) {
    using enum UnknownMatchPolicy;
    const std::string text = "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -p udp -m limit --limit 5/s -j ACCEPT\nCOMMIT\n";
    const Decision taken = send(text, always);
    EXPECT_EQ(taken.kind, Decision::Kind::accept);
    EXPECT_TRUE(taken.uncertain);
    const Decision passed = send(text, never);
    EXPECT_EQ(passed.kind, Decision::Kind::drop);
    EXPECT_TRUE(passed.uncertain) << "it might have been accepted";
    ASSERT_EQ(subject.effects.steps.size(), 1u);
    EXPECT_FALSE(subject.effects.steps[0].matched);
    EXPECT_TRUE(subject.effects.steps[0].uncertain);
}

TEST_F(Chains, AnUnknownMatchThatCannotMatterIsNotMarked) {
    using enum UnknownMatchPolicy;
    for (const auto policy : {never, always}) {
        for (const char* rule : {"-p tcp -m limit --limit 5/s -j DROP", "-m limit -p udp --dport 54 -j DROP",
                                 "-m limit --limit 1/s", "-m limit --limit 1/s -j LOG"}) {
            const Decision decision = send(std::string("*filter\n-A FORWARD ") + rule + "\nCOMMIT\n", policy);
            EXPECT_EQ(decision.kind, Decision::Kind::accept) << rule;
            EXPECT_FALSE(decision.uncertain) << rule;
        }
        EXPECT_TRUE(send("*filter\n-A FORWARD -m limit -j MARK --set-mark 1\nCOMMIT\n", policy).uncertain);
    }
}

TEST_F(Chains, WhoAsksForAMarkThatHangsHangsOnIt) {
    FlowView flow = translated_flow();
    const auto marked = [&](const std::string& rules) {
        subject.flow = &flow;
        subject.connmark_hangs = true;
        return send("*filter\n" + rules + "COMMIT\n").uncertain;
    };
    EXPECT_TRUE(marked("-A FORWARD -m connmark --mark 0x15 -j DROP\n"));
    EXPECT_TRUE(marked("-A FORWARD -m connmark --mark 0x16 -j DROP\n")) << "it might have been that";
    EXPECT_TRUE(marked("-A FORWARD -j CONNMARK --restore-mark\n"));
    EXPECT_FALSE(marked("-A FORWARD -p tcp -m connmark --mark 0x15 -j DROP\n"));
    EXPECT_FALSE(marked("-A FORWARD -m mark --mark 0x15 -j DROP\n")) << "the packet's own does not hang";
    EXPECT_FALSE(marked("-A FORWARD -j DROP\n"));
    // A part of it still hangs, the whole of it does not.
    EXPECT_TRUE(marked("-A FORWARD -j CONNMARK --set-xmark 0x1/0xf\n-A FORWARD -m connmark --mark 0x1 -j DROP\n"));
    EXPECT_FALSE(subject.effects.connmark_settled);
    EXPECT_FALSE(marked("-A FORWARD -j CONNMARK --set-mark 1\n-A FORWARD -m connmark --mark 0x1 -j DROP\n"));
    EXPECT_TRUE(subject.effects.connmark_settled);
    EXPECT_FALSE(marked("-A FORWARD -j CONNMARK --save-mark\n"));
    EXPECT_TRUE(subject.effects.connmark_settled);
}

TEST_F(Chains, TargetsThatMayBeReached) {
    const RuleSet set = parsed(
        "*filter\n:u - [0:0]\n:v - [0:0]\n:w - [0:0]\n-A FORWARD -p tcp -j u\n-A u -g v\n-A FORWARD -j v\n-A w -j "
        "DROP\n"
        "-A v -p udp -j REJECT\nCOMMIT\n");
    const auto is = [&](auto target, Hook hook) {
        return may_reach(*set.table(TableId::filter), hook,
                         [](const Target& t) { return std::holds_alternative<decltype(target)>(t); });
    };
    EXPECT_TRUE(is(RejectTarget{}, Hook::forward));
    EXPECT_FALSE(is(Drop{}, Hook::forward)) << "nobody jumps there";
    EXPECT_FALSE(is(RejectTarget{}, Hook::input));
    EXPECT_FALSE(is(RejectTarget{}, Hook::prerouting)) << "no such chain";
}

TEST_F(Chains, ACutHeaderBehindAnUnknownMatch) {
    using enum UnknownMatchPolicy;
    packet.transport_available = 7;
    const std::string text = "*filter\n-A FORWARD -m limit -p udp --dport 54 -j ACCEPT\nCOMMIT\n";
    const Decision always_cut = send(text, always);
    EXPECT_TRUE(always_cut.header_cut && always_cut.uncertain);
    const Decision never_cut = send(text, never);
    EXPECT_FALSE(never_cut.header_cut) << "the user's word stops the rule before";
    EXPECT_TRUE(never_cut.uncertain);
}

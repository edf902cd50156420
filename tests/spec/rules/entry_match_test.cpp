// Matches of the entry that a packet carries, in every edition.
#include "tests/spec/rules/rule_fixture.hpp"
#include "tests/support/editions.hpp"

using namespace conntrack;
using namespace conntrack::rules;
using namespace conntrack::testing;

namespace {

class EntryMatch : public EveryEdition {
  protected:
    [[nodiscard]] Subject subject(CtInfo info, FlowView* flow, Direction dir = Direction::original) const {
        Subject s{packet, tested()};
        s.tracked(info, dir, flow);
        return s;
    }
    /// Does the text take a packet that carries this?
    [[nodiscard]] bool with(const std::string& text, CtInfo info, FlowView* flow,
                            Direction dir = Direction::original) const {
        Subject s = subject(info, flow, dir);
        return takes(text, s);
    }

    Packet packet = udp_packet(ipv4_ends(1000, 53), Direction::original);
};

CTORACLE_EVERY_EDITION(EntryMatch);

}  // namespace

TEST_P(EntryMatch, EveryPacketHasExactlyOneState) {
    FlowView flow = translated_flow();
    struct {
        CtInfo info;
        FlowView* flow;
        std::string word;
    } const cases[] = {{CtInfo::new_, &flow, "NEW"},
                       {CtInfo::established, &flow, "ESTABLISHED"},
                       {CtInfo::related, &flow, "RELATED"},
                       {CtInfo::invalid, nullptr, "INVALID"},
                       {CtInfo::untracked, nullptr, "UNTRACKED"}};
    for (const auto& carried : cases) {
        for (const auto& asked : cases) {
            const bool same = carried.word == asked.word;
            for (const std::string option : {"-m state %--state ", "-m conntrack %--ctstate "}) {
                std::string plain = option, inverted = option;
                plain.replace(option.find('%'), 1, "");
                inverted.replace(option.find('%'), 1, "! ");
                EXPECT_EQ(with(plain + asked.word, carried.info, carried.flow), same) << carried.word << asked.word;
                EXPECT_EQ(with(inverted + asked.word, carried.info, carried.flow), !same) << carried.word << asked.word;
            }
        }
        EXPECT_TRUE(with("-m state --state INVALID,NEW,RELATED,ESTABLISHED,UNTRACKED", carried.info, carried.flow));
    }
}

TEST_P(EntryMatch, NatIsSeenInTheAddressesOrInTheStatus) {
    FlowView flow = translated_flow();
    EXPECT_TRUE(with("-m conntrack --ctstate SNAT", CtInfo::established, &flow));
    EXPECT_FALSE(with("-m conntrack --ctstate DNAT", CtInfo::established, &flow));
    EXPECT_TRUE(with("-m conntrack --ctstate DNAT,ESTABLISHED", CtInfo::established, &flow));
    flow.status.clear(Status::src_nat);
    EXPECT_EQ(with("-m conntrack --ctstate SNAT", CtInfo::established, &flow), is(EditionId::linux_2_6_9));
    FlowView ports_only = translated_flow();
    ports_only.reply.dst = ports_only.original.src;
    EXPECT_EQ(with("-m conntrack --ctstate SNAT", CtInfo::established, &ports_only), !is(EditionId::linux_2_6_9))
        << "2.6.9 compares addresses alone";
    FlowView destination = translated_flow();
    destination.original.dst = Address::v4(0x01010101);
    destination.status.set(Status::dst_nat);
    EXPECT_TRUE(with("-m conntrack --ctstate DNAT", CtInfo::new_, &destination));
}

TEST_P(EntryMatch, TuplesStatusAndTimeOfTheEntry) {
    FlowView flow = translated_flow();
    auto both = [&](const std::string& option, bool taken) {
        EXPECT_EQ(with("-m conntrack " + option, CtInfo::established, &flow), taken) << option;
        EXPECT_EQ(with("-m conntrack ! " + option, CtInfo::established, &flow), !taken) << "! " << option;
    };
    both("--ctproto udp", true);
    both("--ctproto tcp", false);
    both("--ctorigsrc 10.0.1.0/24", true);
    both("--ctorigsrc 192.0.2.1", false);
    both("--ctorigdst 10.0.2.2", true);
    both("--ctorigdst 10.0.2.3", false);
    both("--ctreplsrc 10.0.2.2", true);
    both("--ctreplsrc 10.0.1.2", false);
    both("--ctrepldst 192.0.2.77/24", true);
    both("--ctrepldst 10.0.1.2", false);
    both("--ctorigsrcport 1000", true);
    both("--ctorigsrcport 2000", false);
    both("--ctorigdstport 50:53", true);
    both("--ctorigdstport 54:", false);
    both("--ctreplsrcport 53", true);
    both("--ctreplsrcport 1000", false);
    both("--ctrepldstport 2000", true);
    both("--ctrepldstport 1000", false);
    both("--ctstatus SEEN_REPLY", true);
    both("--ctstatus ASSURED", false);
    both("--ctstatus ASSURED,CONFIRMED", true);
    both("--ctstatus EXPECTED", false);
    both("--ctstatus NONE", false);
    both("--ctexpire 30", true);
    both("--ctexpire 31:", false);
    both("--ctexpire :29", false);
    both("--ctexpire 0:60", true);
}

TEST_P(EntryMatch, AllOptionsOfOneMatchMustHold) {
    FlowView flow = translated_flow();
    EXPECT_TRUE(with("-m conntrack --ctstate NEW --ctproto udp --ctorigsrcport 1000", CtInfo::new_, &flow));
    EXPECT_FALSE(with("-m conntrack --ctstate NEW --ctproto udp --ctorigsrcport 1001", CtInfo::new_, &flow));
    EXPECT_FALSE(with("-m conntrack --ctstate NEW --ctproto tcp --ctorigsrcport 1000", CtInfo::new_, &flow));
    EXPECT_FALSE(with("-m conntrack --ctstate RELATED --ctproto udp", CtInfo::new_, &flow));
}

TEST_P(EntryMatch, TheDirectionOfThePacket) {
    FlowView flow = translated_flow();
    EXPECT_TRUE(with("-m conntrack --ctdir ORIGINAL", CtInfo::established, &flow, Direction::original));
    EXPECT_FALSE(with("-m conntrack --ctdir ORIGINAL", CtInfo::established, &flow, Direction::reply));
    EXPECT_TRUE(with("-m conntrack --ctdir REPLY", CtInfo::established, &flow, Direction::reply));
    EXPECT_FALSE(with("-m conntrack --ctdir REPLY", CtInfo::established, &flow, Direction::original));
}

// Seen in linux-6.18: a --ctstate that holds is the whole answer where there is no entry.
TEST_P(EntryMatch, WithoutAnEntryTheStateDecidesOrNothingHolds) {
    const bool later = !is(EditionId::linux_2_6_9);
    for (const char* other : {"--ctproto udp", "! --ctproto udp", "! --ctstatus ASSURED", "! --ctorigsrc 1.1.1.1"}) {
        EXPECT_FALSE(with(std::string("-m conntrack ") + other, CtInfo::invalid, nullptr)) << other;
        EXPECT_EQ(with(std::string("-m conntrack --ctstate INVALID ") + other, CtInfo::invalid, nullptr), later);
        EXPECT_FALSE(with(std::string("-m conntrack --ctstate NEW ") + other, CtInfo::invalid, nullptr));
    }
    EXPECT_TRUE(with("-m conntrack --ctstate INVALID", CtInfo::invalid, nullptr));
    EXPECT_FALSE(with("-m connmark --mark 0", CtInfo::invalid, nullptr));
    EXPECT_FALSE(with("-m connmark ! --mark 9", CtInfo::invalid, nullptr));
}

TEST_P(EntryMatch, UntrackedPacketsShareAnEntryInOldEditions) {
    const bool shared = !is(EditionId::linux_6_18);
    EXPECT_EQ(with("-m conntrack --ctstatus CONFIRMED", CtInfo::untracked, nullptr), shared);
    EXPECT_EQ(with("-m conntrack --ctproto 0", CtInfo::untracked, nullptr), shared);
    EXPECT_EQ(with("-m connmark --mark 0", CtInfo::untracked, nullptr), shared);
    FlowView kept = untracked_entry();
    kept.mark = 7;
    EXPECT_TRUE(with("-m connmark --mark 7", CtInfo::untracked, &kept)) << "the one that the caller keeps";
    EXPECT_FALSE(with("-m conntrack --ctstate SNAT,DNAT", CtInfo::untracked, nullptr));
}

TEST_P(EntryMatch, TheMarkOfTheEntryIsNotThatOfThePacket) {
    FlowView flow = translated_flow();
    Subject s = subject(CtInfo::new_, &flow);
    s.mark = 0x99;
    EXPECT_TRUE(takes("-m connmark --mark 0x15 -m mark --mark 0x99", s));
    EXPECT_FALSE(takes("-m connmark --mark 0x99", s));
    EXPECT_FALSE(takes("-m connmark ! --mark 0x5/0xf", s));
}

// The conditions of single rows: reopening, answers to packets let through, and the checks of a RST.
#include "tests/spec/tcp/rules_fixture.hpp"

namespace conntrack::testing {

namespace {
constexpr auto out = Direction::original, back = Direction::reply;
using tcp::PacketClass;
using tcp::State;
}  // namespace

using TcpGuards = TcpRules;
CTORACLE_EVERY_EDITION(TcpGuards);

TEST_P(TcpGuards, AConnectionIsPickedUpIfLooseIsNotZero) {
    const auto s = step(out, PacketClass::ack, State::none);
    EXPECT_TRUE(tcp::pickup_allowed<Concrete>(s));
    settings_.loose = 0;
    EXPECT_FALSE(tcp::pickup_allowed<Concrete>(s));
}

TEST_P(TcpGuards, ASynReopensWhatWasClosedInOrderOrByAResetOfItsSide) {
    auto s = step(out, PacketClass::syn, State::close);
    EXPECT_EQ(tcp::may_reopen<Concrete>(s), oldest()) << "the first edition always reopens";
    for (auto* side : {&s.connection.original, &s.connection.reply}) {
        auto closed = s;
        (side == &s.connection.original ? closed.connection.original : closed.connection.reply).flags |=
            tcp::close_init_bit;
        EXPECT_TRUE(tcp::may_reopen<Concrete>(closed));
    }
    after(s, PacketClass::rst, out);
    EXPECT_TRUE(tcp::may_reopen<Concrete>(s));
    after(s, PacketClass::rst, back);
    EXPECT_EQ(tcp::may_reopen<Concrete>(s), oldest());
}

TEST_P(TcpGuards, ASynAckAnswersTheSynThatWasLetThrough) {
    auto s = step(back, PacketClass::synack, State::established);
    after(s, PacketClass::syn, out);
    s.connection.last.seq = 2000;
    s.connection.last.end = 2001;
    const auto answers = [&](std::uint32_t ack) {
        s.segment.ack = ack;
        return tcp::answers_let_through_syn<Concrete>(s);
    };
    EXPECT_FALSE(answers(2000));
    EXPECT_TRUE(answers(2001));
    EXPECT_EQ(answers(2002), oldest()) << "the first edition asks only for more than the SYN's number";
    after(s, PacketClass::syn, back);
    EXPECT_FALSE(answers(2001)) << "a SYN of its own side";
    after(s, PacketClass::ack, out);
    EXPECT_FALSE(answers(2001)) << "no SYN was the last packet";
}

TEST_P(TcpGuards, AResetBelowTheHighestAcknowledgementIsOld) {
    auto s = step(out, PacketClass::rst, State::established);
    const auto old = [&](std::uint32_t seq) {
        s.segment.seq = seq;
        return tcp::reset_below_maxack<Concrete>(s);
    };
    EXPECT_FALSE(old(1000));
    EXPECT_EQ(old(999), !oldest());
    settings_.ignore_invalid_rst = 1;
    EXPECT_FALSE(old(999));
    settings_.ignore_invalid_rst = 0;
    after(s, PacketClass::syn, back);
    EXPECT_EQ(old(999), is(EditionId::linux_2_6_32)) << "linux-6.18 does not compare after a SYN was let through";
    s.connection.reply.flags = 0;
    EXPECT_FALSE(old(999)) << "no acknowledgement is known";
}

TEST_P(TcpGuards, AResetWithNumberZeroMayAnswerEarlyInLinux618) {
    auto s = step(out, PacketClass::rst, State::syn_recv);
    s.segment.seq = 0;
    s.connection.reply.td_maxack = 1;
    EXPECT_EQ(tcp::reset_below_maxack<Concrete>(s), is(EditionId::linux_2_6_32));
    s.old = State::established;
    EXPECT_EQ(tcp::reset_below_maxack<Concrete>(s), !oldest());
}

TEST_P(TcpGuards, AResetIsInexactOnlyInEstablishedOfLinux618) {
    auto s = step(out, PacketClass::rst, State::established);
    EXPECT_FALSE(tcp::reset_inexact<Concrete>(s)) << "exactly in sequence";
    s.segment.seq = 1001;
    EXPECT_EQ(tcp::reset_inexact<Concrete>(s), newest());
    auto unassured = s;
    unassured.assured = false;
    EXPECT_FALSE(tcp::reset_inexact<Concrete>(unassured));
    after(s, PacketClass::ack, out);
    s.connection.last.end = 1001;
    EXPECT_FALSE(tcp::reset_inexact<Concrete>(s)) << "it follows the last segment of its own side";
}

TEST_P(TcpGuards, AResetThatAnswersExactlySkipsTheWindow) {
    auto s = step(out, PacketClass::rst, State::established);
    after(s, PacketClass::syn, back);
    s.connection.last.end = s.segment.ack = 7777;
    EXPECT_TRUE(tcp::reset_skips_window<Concrete>(s));
    s.segment.ack = 7778;
    EXPECT_FALSE(tcp::reset_skips_window<Concrete>(s));
    s.segment.ack = 7777;
    after(s, PacketClass::syn, out);
    EXPECT_EQ(tcp::reset_skips_window<Concrete>(s), !newest()) << "a SYN of its own side";
    s.seen_reply = false;
    EXPECT_FALSE(tcp::reset_skips_window<Concrete>(s));
}

TEST_P(TcpGuards, LinuxTwoSixNineLetsAResetPassThatAnswersASyn) {
    auto s = step(back, PacketClass::rst, State::established);
    s.connection.last.seq = 2000;
    s.segment.ack = 2001;
    for (const auto cls : {PacketClass::syn, PacketClass::synack}) {
        after(s, cls, out);
        EXPECT_TRUE(tcp::reset_of_let_through<Concrete>(s));
    }
    after(s, PacketClass::fin, out);
    EXPECT_FALSE(tcp::reset_of_let_through<Concrete>(s));
    after(s, PacketClass::syn, out);
    s.segment.ack = 2000;
    EXPECT_FALSE(tcp::reset_of_let_through<Concrete>(s));
}

TEST_P(TcpGuards, AChallengedSynIsAnsweredByTheOtherSide) {
    auto s = step(back, PacketClass::ack, State::last_ack);
    after(s, PacketClass::syn, out);
    EXPECT_FALSE(tcp::answers_challenged_syn<Concrete>(s));
    s.connection.last.flags = tcp::challenge_ack_bit;
    EXPECT_TRUE(tcp::answers_challenged_syn<Concrete>(s));
    after(s, PacketClass::syn, back);
    EXPECT_FALSE(tcp::answers_challenged_syn<Concrete>(s));
}

}  // namespace conntrack::testing

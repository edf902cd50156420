// The four tests of the window check at their very edges, in every edition, and what a good segment leaves behind.
#include "spec/tcp/window.hpp"
#include "spec/clause_table.hpp"
#include "tests/support/editions.hpp"

namespace conntrack::testing {

namespace {

using tcp::PacketClass;

/// A connection that has long begun; all its numbers are around the wrap-around. No side scales.
constexpr std::uint32_t sent = 0xffff'ff00, edge = sent + 20'000, answered = 0x100, window = 10'000;

tcp::Connection<Concrete> known() {
    auto c = tcp::blank<Concrete>();
    c.original = {sent, edge, window, 0, 0, 0, 0};
    c.reply = {answered, answered + 20'000, window, 0, 0, 0, 0};
    return c;
}

class Window : public EveryEdition {
  protected:
    tcp::TcpSettings<Concrete> settings_{};
    tcp::Connection<Concrete> connection_ = known();

    /// An ACK of the original direction that is in the middle of everything, to be bent by the test.
    static tcp::Segment<Concrete> ordinary(std::uint32_t length = 100) {
        tcp::Segment<Concrete> s{};
        s.ack_flag = true;
        s.seq = sent;
        s.end = sent + length;
        s.ack = s.sack = answered;
        s.window = 500;
        return s;
    }
    tcp::WindowResult<Concrete> check(const tcp::Segment<Concrete>& s, PacketClass cls = PacketClass::ack) const {
        return tcp::check_window<Concrete>({&tested(), &settings_, Direction::original, cls, tcp::State::established, s,
                                            connection_, true, true, false});
    }
    /// "accept", "ignore" or "invalid", and the clause.
    std::string said(const tcp::Segment<Concrete>& s) const {
        const auto result = check(s);
        EXPECT_FALSE(result.accept && result.ignore);
        return (result.accept   ? "accept "
                : result.ignore ? "ignore "
                                : "invalid ") +
               std::string(info(result.reason).name);
    }
    [[nodiscard]] bool newest() const { return is(EditionId::linux_6_18); }
    [[nodiscard]] bool oldest() const { return is(EditionId::linux_2_6_9); }
};

}  // namespace

CTORACLE_EVERY_EDITION(Window);

TEST_P(Window, AnOrdinarySegmentIsInside) { EXPECT_EQ(said(ordinary()), "accept tcp.window.inside"); }

TEST_P(Window, TestOneTheUpperEdgeOfData) {
    auto s = ordinary();
    // The first edition looks at the end of the data, which it cuts at the edge; the later ones at the start.
    s.seq = edge;
    s.end = edge + 1;
    EXPECT_EQ(said(s), oldest() ? "invalid tcp.window.seq_above_maxend" : "accept tcp.window.inside");
    s.seq = edge + 1;
    s.end = edge + 2;
    EXPECT_EQ(said(s), newest() ? "ignore tcp.window.overshoot" : "invalid tcp.window.seq_above_maxend");
}

TEST_P(Window, ALittleTooFarIsHarmlessInLinux618UpToAWindow) {
    auto s = ordinary();
    s.seq = edge + 1;
    s.end = edge + window - 1;  // an overshoot of exactly the receiver's window
    EXPECT_EQ(said(s).substr(0, 6), newest() ? "ignore" : "invali");
    EXPECT_EQ(check(s).connection.original.td_end, newest() ? s.end : sent) << "what was overshot counts as sent";
    ++s.end;
    EXPECT_EQ(said(s), "invalid tcp.window.seq_above_maxend");
    EXPECT_EQ(check(s).connection.original.td_end, sent);
}

TEST_P(Window, TestTwoTheLowerEdgeOfData) {
    auto s = ordinary(0);
    const std::string below = newest() ? "ignore tcp.window.seq_below" : "invalid tcp.window.seq_below";
    // Data that ends (first edition: begins) a window of the receiver before what was sent.
    s.seq = sent - window - (oldest() ? 0 : 1);
    s.end = s.seq + 1;
    EXPECT_EQ(said(s), "accept tcp.window.inside");
    --s.seq;
    --s.end;
    EXPECT_EQ(said(s), below);
}

TEST_P(Window, TestThreeNobodyAcknowledgesWhatWasNotSent) {
    auto s = ordinary();
    s.ack = s.sack = answered + 1;
    EXPECT_EQ(said(s), "invalid tcp.window.ack_above_end");
    // A SACK block counts only where the receiver permitted it.
    s.ack = answered;
    EXPECT_EQ(said(s), "accept tcp.window.inside");
    connection_.reply.flags = tcp::sack_perm_bit;
    EXPECT_EQ(said(s), "invalid tcp.window.ack_above_end");
}

TEST_P(Window, TestFourTheOldestAcknowledgement) {
    auto s = ordinary();
    s.ack = s.sack = answered - tcp::least_ack_window + (oldest() ? 1 : 0);
    EXPECT_EQ(said(s), "accept tcp.window.inside");
    --s.ack;
    --s.sack;
    EXPECT_EQ(said(s), newest() ? "ignore tcp.window.ack_below" : "invalid tcp.window.ack_below");
    connection_.original.td_maxwin = tcp::least_ack_window + 1;
    EXPECT_EQ(said(s), "accept tcp.window.inside") << "a larger window of the sender allows for more";
}

TEST_P(Window, BeLiberalAcceptsAndLearnsNothing) {
    settings_.be_liberal = 1;
    auto s = ordinary();
    s.ack = s.sack = answered + 1;
    EXPECT_EQ(said(s), "accept tcp.window.liberal");
    EXPECT_EQ(check(s).connection.original.td_end, sent);
    s.rst = true;
    EXPECT_EQ(check(s, PacketClass::rst).accept, !oldest()) << "linux-2.6.9 spares no RST";
}

TEST_P(Window, LoosePacketsAreNotCheckedInLinux269) {
    connection_.reply.loose = 1;
    auto s = ordinary();
    s.ack = s.sack = answered + 77;
    EXPECT_EQ(check(s).accept, oldest());
    connection_.original.loose = 3;
    EXPECT_EQ(check(ordinary()).connection.original.loose, oldest() ? 2U : 3U);
}

TEST_P(Window, ASegmentWithoutAckIsTestedByItsDataOnly) {
    auto s = ordinary();
    s.ack_flag = false;
    s.ack = s.sack = answered + 999;
    EXPECT_EQ(said(s), "accept tcp.window.inside");
    s.ack_flag = s.rst = true;
    s.ack = s.sack = 0;
    EXPECT_TRUE(check(s, PacketClass::rst).accept) << "nor a RST that acknowledges 0";
}

TEST_P(Window, PureAcksAreTestedByTheirNumberInLinux618Only) {
    auto s = ordinary(0);
    s.seq = s.end = sent - 70'000;
    EXPECT_EQ(check(s).accept, !newest());
}

TEST_P(Window, AGoodSegmentLeavesItsEndItsWindowAndTheEdgeItGrants) {
    connection_.original.td_scale = 2;
    auto s = ordinary();
    s.window = 8000;
    const auto after = check(s).connection;
    EXPECT_EQ(after.original.td_end, sent + 100);
    EXPECT_EQ(after.original.td_maxwin, 32'000U) << "scaled";
    EXPECT_EQ(after.reply.td_maxend, answered + 32'000);
    EXPECT_EQ(after.original.td_maxend, edge);
    const std::uint32_t flags = tcp::data_unacknowledged_bit | tcp::maxack_set_bit;
    EXPECT_EQ(after.original.flags, oldest() ? 0U : flags);
    EXPECT_EQ(after.original.td_maxack, oldest() ? 0U : answered);
    EXPECT_EQ(after.last.end, sent + 100);
    EXPECT_EQ(after.retrans, 0U);
}

TEST_P(Window, AClosedWindowStillGrantsAByte) {
    auto s = ordinary();
    s.window = 0;
    connection_.reply.td_maxend = answered;
    EXPECT_EQ(check(s).connection.reply.td_maxend, answered + 1);
}

TEST_P(Window, EqualSegmentsInARowAreCounted) {
    for (const std::uint32_t expected : {0U, 1U, 2U}) {
        connection_ = check(ordinary()).connection;
        EXPECT_EQ(connection_.retrans, expected);
    }
    auto other_window = ordinary();
    other_window.window = 501;
    EXPECT_EQ(check(other_window).connection.retrans, oldest() ? 3U : 0U) << "the first edition compares no window";
    connection_.retrans = 255;
    EXPECT_EQ(check(ordinary()).connection.retrans, 0U) << "the counter has eight bits";
}

TEST_P(Window, DataBeyondTheEdgeIsCutInLinux269AndAFinWithIt) {
    auto s = ordinary();
    s.seq = edge - 10;
    s.end = edge + 5;
    const auto result = check(s, PacketClass::fin);
    EXPECT_TRUE(result.accept);
    EXPECT_EQ(result.trimmed, oldest());
    EXPECT_EQ(result.connection.original.td_end, oldest() ? edge : edge + 5);
}

TEST_P(Window, ASideStartsWithItsSynAndScalesOnlyIfBothDo) {
    connection_ = tcp::blank<Concrete>();
    connection_.original = {101, 101, 5840, 0, 7, tcp::window_scale_bit, 0};
    if (oldest()) connection_.reply.td_maxwin = 1;
    tcp::Segment<Concrete> s{};
    s.syn = s.ack_flag = s.any_option = true;
    s.seq = 500;
    s.end = 501;
    s.ack = s.sack = 101;
    s.window = 0;
    const auto started = [&] {
        return tcp::check_window<Concrete>({&tested(), &settings_, Direction::reply, PacketClass::synack,
                                            tcp::State::syn_sent, s, connection_, false, false, false});
    };
    const auto alone = started();
    EXPECT_TRUE(alone.accept);
    EXPECT_EQ(alone.connection.original.td_scale, 0U) << "the other side does not scale";
    EXPECT_EQ(alone.connection.reply.td_end, 501U);
    EXPECT_EQ(alone.connection.reply.td_maxwin, 1U) << "a window of 0 would mean: not seen";
    s.has_window_scale = true;
    s.window_scale = 3;
    connection_.original.flags = 0;
    connection_.original.td_scale = 0;
    EXPECT_EQ(started().connection.reply.td_scale, 0U) << "nor does this one alone";
    connection_.original.flags = tcp::window_scale_bit;
    connection_.original.td_scale = 7;
    const auto both = started().connection;
    EXPECT_EQ(both.original.td_scale, 7U);
    EXPECT_EQ(both.reply.td_scale, 3U);
}

}  // namespace conntrack::testing

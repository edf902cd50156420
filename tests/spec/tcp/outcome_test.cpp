// What the rules leave behind: the connection a first packet opens, timeouts, ASSURED, and the ways of not advancing.
#include "tests/spec/tcp/rules_fixture.hpp"

namespace conntrack::testing {

namespace {
constexpr auto out = Direction::original, back = Direction::reply;
using tcp::PacketClass;
using tcp::State;
}  // namespace

class TcpOutcomes : public TcpRules {
  protected:
    static tcp::Outcome<Concrete> advance(const tcp::Step<Concrete>& s, State to) {
        return tcp::advance_unchecked<Concrete>({s, tcp::check_window<Concrete>(s)}, to, Clause::tcp_rst_skips_window);
    }
};
CTORACLE_EVERY_EDITION(TcpOutcomes);

TEST_P(TcpOutcomes, ASynOpensWithItsOptions) {
    auto s = step(out, PacketClass::syn, State::none);
    s.segment.any_option = s.segment.has_window_scale = s.segment.sack_permitted = true;
    s.segment.window_scale = 7;
    s.segment.window = 0;
    const auto c = tcp::opened<Concrete>(s);
    EXPECT_EQ(c.original.td_end, 1001U);
    EXPECT_EQ(c.original.td_maxend, 1001U);
    EXPECT_EQ(c.original.td_maxwin, 1U);
    EXPECT_EQ(c.original.td_scale, 7U);
    EXPECT_EQ(c.original.flags, tcp::window_scale_bit | tcp::sack_perm_bit);
    EXPECT_EQ(c.reply.td_maxwin, oldest() ? 1U : 0U);
}

TEST_P(TcpOutcomes, APickUpKnowsNeitherScaleNorWindow) {
    settings_.loose = 3;
    const auto c = tcp::opened<Concrete>(step(out, PacketClass::ack, State::none));
    EXPECT_EQ(c.original.td_maxend, 1000U + 5840U);
    EXPECT_EQ(c.original.flags, tcp::sack_perm_bit | (oldest() ? 0 : tcp::be_liberal_bit));
    EXPECT_EQ(c.reply.flags, c.original.flags);
    EXPECT_EQ(c.original.loose, oldest() ? 3U : 0U);
}

TEST_P(TcpOutcomes, TheTimeoutIsThatOfTheStateReached) {
    for (std::size_t state = 1; state < tcp::state_count; ++state)
        EXPECT_EQ(advance(step(out, PacketClass::ack, State::established), static_cast<State>(state)).timeout,
                  settings_.timeout[state]);
}

TEST_P(TcpOutcomes, RetransmissionsCapTheTimeout) {
    auto s = step(out, PacketClass::ack, State::established);
    s.connection.retrans = 2;
    EXPECT_EQ(advance(s, State::established).timeout, 432'000U);
    s.connection.retrans = 3;
    EXPECT_EQ(advance(s, State::established).timeout, 300U);
    EXPECT_EQ(advance(s, State::close_wait).timeout, 60U) << "a shorter one stays";
}

TEST_P(TcpOutcomes, UnacknowledgedDataAndAClosedWindowCapTheTimeout) {
    auto s = step(out, PacketClass::ack, State::established);
    s.connection.reply.flags |= tcp::data_unacknowledged_bit;
    EXPECT_EQ(advance(s, State::established).timeout, oldest() ? 432'000U : 299U);
    s = step(out, PacketClass::ack, State::established);
    s.connection.last.win = 0;
    EXPECT_EQ(advance(s, State::established).timeout, newest() ? 300U : 432'000U);
}

TEST_P(TcpOutcomes, AResetThatLeavesEstablishedTakesTheTimeoutOfClose) {
    EXPECT_EQ(advance(step(out, PacketClass::rst, State::established), State::established).timeout,
              newest() ? 10U : 432'000U);
}

TEST_P(TcpOutcomes, AssuredIsSetOnTheWayIntoEstablishedOnceAnswered) {
    for (const State old : {State::syn_recv, State::established}) {
        auto s = step(out, PacketClass::ack, old);
        s.assured = false;
        EXPECT_TRUE(advance(s, State::established).assure);
        EXPECT_FALSE(advance(s, State::fin_wait).assure);
        s.seen_reply = false;
        EXPECT_FALSE(advance(s, State::established).assure);
    }
    EXPECT_FALSE(advance(step(out, PacketClass::ack, State::established), State::established).assure)
        << "it is set already";
}

TEST_P(TcpOutcomes, AResetOfAnUnansweredEntryDeletesIt) {
    auto s = step(out, PacketClass::rst, State::syn_sent);
    s.seen_reply = false;
    const auto gone = advance(s, State::close);
    EXPECT_TRUE(gone.erase && !gone.refresh && !gone.drop && !gone.invalid);
    EXPECT_EQ(gone.account, !oldest());
    s.seen_reply = true;
    EXPECT_FALSE(advance(s, State::close).erase);
}

TEST_P(TcpOutcomes, WhoeverMovesToFinWaitIsTheCloser) {
    const auto c = advance(step(back, PacketClass::fin, State::established), State::fin_wait).connection;
    EXPECT_EQ((c.reply.flags & tcp::close_init_bit) != 0, !oldest());
    EXPECT_EQ(c.original.flags & tcp::close_init_bit, 0U);
    EXPECT_EQ(c.last.index, static_cast<std::uint32_t>(PacketClass::fin));
    EXPECT_EQ(c.last.dir, oldest() ? 0U : 1U) << "the first edition leaves the direction as it was";
    const auto stays = advance(step(back, PacketClass::fin, State::fin_wait), State::fin_wait).connection;
    EXPECT_EQ(stays.reply.flags & tcp::close_init_bit, 0U) << "only a change counts";
}

TEST_P(TcpOutcomes, AnUnansweredPickUpIsHeldShortInLinux618) {
    auto s = step(out, PacketClass::ack, State::none);
    s.seen_reply = s.assured = false;
    EXPECT_EQ(advance(s, State::established).timeout, newest() ? 299U : 432'000U);
}

TEST_P(TcpOutcomes, AnIgnoredPacketLeavesItsMark) {
    auto s = step(out, PacketClass::syn, State::last_ack);
    s.segment.has_window_scale = true;
    s.segment.window_scale = 5;
    const auto o = tcp::record_ignored<Concrete>(s, Clause::tcp_ignored);
    EXPECT_FALSE(o.invalid || o.refresh || o.account || o.erase || o.drop);
    const auto& last = o.connection.last;
    EXPECT_EQ(last.index, static_cast<std::uint32_t>(PacketClass::syn));
    EXPECT_EQ(last.seq, 1000U);
    EXPECT_EQ(last.end, oldest() ? 0U : 1001U);
    EXPECT_EQ(last.wscale, newest() ? 5U : 0U);
    EXPECT_EQ(last.flags, newest() ? tcp::window_scale_bit | tcp::challenge_ack_bit : 0U);
    s.old = State::established;
    EXPECT_EQ(tcp::record_ignored<Concrete>(s, Clause::tcp_ignored).connection.last.flags,
              newest() ? tcp::window_scale_bit : 0U);
}

TEST_P(TcpOutcomes, ResynchronisingTakesOverWhatTheIgnoredSynSaid) {
    auto s = step(back, PacketClass::synack, State::established);
    s.connection.reply.flags |= tcp::be_liberal_bit;
    s.connection.last = {0, static_cast<std::uint32_t>(PacketClass::syn),  8000, 0, 8001, 0,
                         6, tcp::window_scale_bit | tcp::challenge_ack_bit};
    s.segment.ack = s.segment.sack = 8001;
    const auto again = tcp::resynchronised<Concrete>(s);
    EXPECT_EQ(again.step.old, State::syn_sent);
    const auto& opener = again.step.connection.original;
    EXPECT_EQ(opener.td_end, 8001U);
    EXPECT_EQ(opener.td_maxend, 8001U);
    EXPECT_EQ(opener.td_maxwin, 1U) << "a window of 0 would mean: not seen";
    EXPECT_EQ(opener.td_scale, 6U);
    EXPECT_EQ(opener.flags, tcp::window_scale_bit) << "without the mark of the challenge";
    EXPECT_EQ(again.step.connection.reply.flags, tcp::be_liberal_bit);
    EXPECT_EQ(again.step.connection.reply.td_maxack, 0U);
    EXPECT_TRUE(again.window.accept);
    EXPECT_EQ(again.window.connection.reply.td_end, 5001U);
}

TEST_P(TcpOutcomes, AnInvalidCloserBetweenTwoShortensTheTimeInLinux618) {
    auto s = step(out, PacketClass::rst, State::established);
    s.segment.seq = 900'000;  // far out of the window
    after(s, PacketClass::fin, back);
    const auto judge = [&] { return tcp::reject<Concrete>(tcp::judge<Concrete>(s)); };
    EXPECT_TRUE(judge().invalid);
    EXPECT_EQ(judge().shrink, newest());
    s.assured = false;
    EXPECT_FALSE(judge().shrink);
    s.assured = true;
    s.fixed_timeout = true;
    EXPECT_FALSE(judge().shrink);
    s.fixed_timeout = false;
    after(s, PacketClass::fin, out);
    EXPECT_FALSE(judge().shrink) << "both of the same side";
    EXPECT_EQ(judge().connection.last.index == static_cast<std::uint32_t>(PacketClass::rst), newest())
        << "the first of two is noted";
}

TEST_P(TcpOutcomes, ReopeningRepeatsAndGivingUpDrops) {
    const auto s = step(out, PacketClass::syn, State::time_wait);
    const auto reopened = tcp::reopen<Concrete>(s), given_up = tcp::give_up<Concrete>(s);
    EXPECT_TRUE(reopened.erase && reopened.repeat && !reopened.drop);
    EXPECT_TRUE(given_up.erase && given_up.drop && !given_up.repeat);
    const auto refused = tcp::refuse<Concrete>(s, Clause::tcp_table_invalid);
    EXPECT_TRUE(refused.invalid && !refused.erase);
}

}  // namespace conntrack::testing

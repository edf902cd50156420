// What happens at the maximum of entries, edition by edition: who goes, who is refused, and what is counted.
#include "tests/model/tracker/full_table.hpp"

namespace conntrack::testing {

using FullTable = FullTableOf;
CTORACLE_EVERY_EDITION(FullTable);

TEST_P(FullTable, DropsTheFirstPacketOfAFlowIfAllAreAssured) {
    limit(1);
    open(0);
    const auto refused = send(udp_packet(dns_, out), 0);
    EXPECT_TRUE(refused.dropped());
    EXPECT_EQ(clause(refused), "core.table_full");
    EXPECT_EQ(segment(out, {.flags = ack, .seq = 101, .ack = 501}, 0).info, CtInfo::established);
    EXPECT_EQ(tracker_.take_log(), std::vector<std::string>{std::string(tested().full_table.message)});
    EXPECT_TRUE(tracker_.take_log().empty());
    EXPECT_TRUE(evicted_.empty());
}

TEST_P(FullTable, LetsErrorsAboutKnownFlowsPass) {
    limit(1);
    open(0);
    EXPECT_EQ(send(error_about(tcp_packet(web_, out, {.seq = 101, .ack = 501})), 0).info, CtInfo::related);
}

TEST_P(FullTable, HasNoLimitIfTheMaximumIsZero) {
    limit(1);
    open(0);
    limit(0);
    EXPECT_EQ(open_udp(2000).info, CtInfo::new_);
    EXPECT_EQ(count(), 2U);
}

/// linux-2.6: the oldest of the chain; linux-6.18: everybody in it.
TEST_P(FullTable, DropsTheOldestThatIsNotAssured) {
    limit(4);
    open_stream(2000);
    open_udp(2001, seconds(4));
    open_udp(2002, seconds(5));
    open_udp(2003, seconds(6));
    send(udp_packet(ipv4_ends(2001, 53), out), seconds(7));  // a refresh makes nobody younger
    const EntryId oldest = id_of(2001);
    EXPECT_EQ(open_udp(2004, seconds(8)).info, CtInfo::new_);
    EXPECT_TRUE(is_there(2000)) << "ASSURED";
    EXPECT_TRUE(is_there(2004));
    EXPECT_FALSE(is_there(2001));
    EXPECT_EQ(is_there(2002), !is(EditionId::linux_6_18));
    EXPECT_EQ(is_there(2003), !is(EditionId::linux_6_18));
    EXPECT_EQ(evicted_.size(), is(EditionId::linux_6_18) ? 3U : 1U);
    EXPECT_EQ(evicted_.back(), oldest) << "linux-6.18 walks from the head";
    EXPECT_TRUE(tracker_.take_log().empty());
}

TEST_P(FullTable, ADestroyedVictimIsToldBeforeTheNewEntry) {
    tracker_.configure(Setting::events, 1);
    std::vector<Message> heard;
    tracker_.observers().add(every_event, [&](const Notice& n) { heard.push_back(n.message()); });
    limit(1);
    open_udp(2000);
    open_udp(2001);
    if (is(EditionId::linux_2_6_9)) {
        EXPECT_TRUE(heard.empty());
    } else {
        EXPECT_EQ(heard, (std::vector{Message::new_, Message::destroy, Message::new_}));
    }
}

/// linux-2.6.9 looks at the packet's own chain, linux-2.6.32 further until eight were seen, linux-6.18 at eight chains.
TEST_P(FullTable, LooksAsFarAsItsEditionDoes) {
    BucketsByPort buckets;
    tracker_.choose_by(buckets);
    tracker_.configure(Setting::buckets, 16);
    buckets.of = {{2000, 5}, {2001, 4}, {2002, 13}, {2003, 12}, {2004, 14}};
    limit(1);
    open_udp(2000);
    const bool next = !open_udp(2001).dropped();  // the victim stands in the next chain
    EXPECT_EQ(next, !is(EditionId::linux_2_6_9));
    tracker_.flush(0);

    open_udp(2002);
    EXPECT_EQ(!open_udp(2001).dropped(), is(EditionId::linux_2_6_32)) << "nine chains on";
    tracker_.flush(0);

    open_udp(2001);
    EXPECT_EQ(!open_udp(2003).dropped(), is(EditionId::linux_2_6_32)) << "from 12 over the edge to 4: nine chains";
    tracker_.flush(0);

    open_udp(2001);
    EXPECT_EQ(!open_udp(2002).dropped(), !is(EditionId::linux_2_6_9)) << "from 13 over the edge to 4: eight chains";
}

TEST_P(FullTable, Linux2632StopsLookingAfterEightTuples) {
    BucketsByPort buckets;
    tracker_.choose_by(buckets);
    tracker_.configure(Setting::buckets, 16);
    Time now = 0;
    for (std::uint16_t port = 2000; port < 2004; ++port) {
        buckets.of[port] = 1;
        open_stream(port, now);
        now += seconds(4);
    }
    buckets.of[3000] = 2;
    open_udp(3000, now);
    limit(5);
    buckets.of[3001] = 1;
    EXPECT_EQ(open_udp(3001, now).dropped(), !is(EditionId::linux_6_18))
        << "eight tuples of four streams stand in chain 1";
    buckets.of[3002] = 0;
    EXPECT_EQ(open_udp(3002, now).dropped(), !is(EditionId::linux_6_18)) << "chain 0 is empty, chain 1 is not";
    buckets.of[3003] = 2;
    EXPECT_EQ(open_udp(3003, now).dropped(), is(EditionId::linux_6_18)) << "the last came to stand in chain 0";
}

TEST_P(FullTable, AVictimIsFoundByEitherTuple) {
    class ByServer final : public Choices {
      public:
        std::uint32_t bucket(const Tuple& tuple, std::uint32_t) override { return tuple.dst_part == 53 ? 1 : 0; }
    } by_direction;
    tracker_.choose_by(by_direction);
    tracker_.configure(Setting::buckets, 16);
    limit(1);
    open_udp(2000);
    const Ends other{Family::ipv4, Address::v4(0x0a000103), Address::v4(0x0a000203), 2001, 54};
    EXPECT_EQ(send(udp_packet(other, out), 0).info, CtInfo::new_) << "chain 0, where the reply tuple stands";
    EXPECT_FALSE(is_there(2000));
}

/// linux-6.18: what clash resolution linked by its reply alone stands in that chain, and goes from there.
TEST_P(FullTable, AnEntryOfAClashGoesToo) {
    if (!is(EditionId::linux_6_18)) return;
    BucketsByPort buckets;
    buckets.of = {{2000, 1}, {2002, 1}};
    tracker_.choose_by(buckets);
    tracker_.configure(Setting::buckets, 16);
    InFlight loser = tracker_.begin(first_of(2000), 0);
    const Tuple original = loser.entry()->original;
    Tuple translated = loser.entry()->reply;
    translated.dst_part = 3000;  // chain 0
    ASSERT_TRUE(tracker_.import({.original = original,
                                 .reply = translated,
                                 .seen_reply = true,
                                 .assured = true,
                                 .timeout = 100,
                                 .tcp_state = tcp::State::none,
                                 .has_counters = false,
                                 .counters = {},
                                 .mark = 0},
                                0));
    ASSERT_TRUE(tracker_.confirm(loser, 0));
    ASSERT_TRUE(loser.entry()->has(Status::nat_clash));
    const EntryId clash = loser.entry()->id;
    tracker_.release(std::move(loser));
    limit(2);
    EXPECT_EQ(open_udp(2002).info, CtInfo::new_);
    EXPECT_EQ(evicted_, std::vector{clash});
    EXPECT_EQ(count(), 2U);
}

// --- what counts ---

TEST_P(FullTable, EntriesThatAreNotConfirmedCountAndCannotGo) {
    limit(2);
    InFlight one = tracker_.begin(first_of(2000), 0), two = tracker_.begin(first_of(2001), 0);
    EXPECT_EQ(tracker_.table().linked(), 0U);
    EXPECT_TRUE(open_udp(2002).dropped()) << "full, and empty";
    tracker_.release(std::move(one));
    EXPECT_EQ(open_udp(2002).info, CtInfo::new_);
    tracker_.release(std::move(two));
}

TEST_P(FullTable, DeadEntriesThatAreHeldCountAndCannotGo) {
    limit(1);
    open_udp(2000);
    InFlight held = tracker_.begin(udp_packet(ipv4_ends(2000, 53), back), 0);
    tracker_.erase(held.entry()->original, 0);
    EXPECT_TRUE(open_udp(2001).dropped());
    tracker_.release(std::move(held));
    EXPECT_EQ(open_udp(2001).info, CtInfo::new_);
}

TEST_P(FullTable, AVictimThatIsHeldLeavesTheTableAndNotTheCount) {
    limit(1);
    open_udp(2000);
    InFlight held = tracker_.begin(udp_packet(ipv4_ends(2000, 53), back), 0);
    EXPECT_EQ(open_udp(2001).info, CtInfo::new_);
    EXPECT_FALSE(is_there(2000));
    EXPECT_EQ(count(), 2U) << "more than the maximum";
    EXPECT_EQ(held.verdict().info, CtInfo::established);
    tracker_.release(std::move(held));
    EXPECT_EQ(count(), 1U);
}

TEST_P(FullTable, ALoweredMaximumDeletesNothing) {
    for (std::uint16_t port = 2000; port < 2006; ++port) open_udp(port);
    limit(3);
    EXPECT_EQ(count(), 6U);
    EXPECT_EQ(open_udp(3000).info, CtInfo::new_);
    EXPECT_EQ(count(), is(EditionId::linux_6_18) ? 1U : 6U) << "one in, one out; or a whole chain";
}

// --- packets that make no entry ---

TEST_P(FullTable, AnInvalidPacketCostsAnEntryAllTheSame) {
    limit(1);
    open_udp(2000);
    EXPECT_EQ(segment(out, {.flags = fin | ack}, 0).info, CtInfo::invalid);
    EXPECT_EQ(count(), 0U);
    open_udp(2000);
    EXPECT_EQ(send(echo_packet(ping_, back), 0).info, CtInfo::invalid) << "an echo reply that nobody asked for";
    EXPECT_EQ(count(), 0U);
}

TEST_P(FullTable, AndIsDroppedWhereNobodyMayGo) {
    limit(1);
    open(0);
    EXPECT_TRUE(send(echo_packet(ping_, back), 0).dropped());
    EXPECT_TRUE(send(tcp_packet(ipv4_ends(1001, 80), out, {.flags = fin | ack}), 0).dropped());
}

/// linux-2.6.9 looks for room before it inverts the tuple, and at errors that match nothing as at queries.
TEST_P(FullTable, APacketWithoutAnInverseCostsAnEntryInLinux269Only) {
    limit(1);
    const std::size_t left = is(EditionId::linux_2_6_9) ? 0 : 1;
    open_udp(2000);
    constexpr std::uint8_t unknown_type = 9;
    EXPECT_EQ(send(icmp_packet(ping_, out, unknown_type, 0), 0).info, CtInfo::invalid);
    EXPECT_EQ(count(), left);
    open_udp(2000);
    EXPECT_EQ(send(error_about(tcp_packet(web_, out, {.flags = syn})), 0).info, CtInfo::invalid);
    EXPECT_EQ(count(), left);
}

/// linux-2.6 judges the headers before it looks for room, linux-6.18 after.
TEST_P(FullTable, APacketWithAWrongChecksumCostsAnEntryInLinux618Only) {
    limit(1);
    open_udp(2000);
    Packet wrong = first_of(2001);
    wrong.checksum = Checksum::wrong;
    EXPECT_EQ(send(wrong, 0).info, CtInfo::invalid);
    EXPECT_EQ(is_there(2000), !is(EditionId::linux_6_18));
}

// --- linux-6.18 counts what has expired ---

TEST_P(FullTable, AnExpiredEntryMayStillBeCountedInLinux618) {
    class StillCounted final : public Choices {
      public:
        bool expired_is_counted() override { return true; }
    } still_counted;
    limit(1);
    open_udp(2000);
    tracker_.choose_by(still_counted);
    EXPECT_EQ(open_udp(2001, seconds(31)).dropped(), is(EditionId::linux_6_18));
    EXPECT_FALSE(open_udp(2001, seconds(32)).dropped()) << "it was met by then";
}

}  // namespace conntrack::testing

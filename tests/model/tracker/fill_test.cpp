// Fillers behave as entries for lookups, expiry and eviction, and cost little.
#include "tests/model/tracker/full_table.hpp"

namespace conntrack::testing {

namespace {

constexpr std::uint32_t default_max = 262'144;

/// A packet of the filler 10.1.0.`last`, from its client or to it.
Packet packet_of_filler(std::uint8_t last, Direction dir) {
    const Ends ends{Family::ipv4, Address::v4(0x0a010000u + last), Address::v4(0xc6336401), 1000, 53};
    return udp_packet(ends, dir);
}

}  // namespace

class Filling : public FullTableOf {};
CTORACLE_EVERY_EDITION(Filling);

TEST_P(Filling, CountsAndIsNotShown) {
    tracker_.fill({.count = 1000, .assured = true}, 0);
    EXPECT_EQ(count(), 1000U);
    EXPECT_EQ(tracker_.table().linked(), 1000U);
    tracker_.table().each_linked([](const Entry&) { ADD_FAILURE() << "a filler is shown"; });
}

TEST_P(Filling, StandsInItsZone) {
    tracker_.fill({.count = 10, .assured = true}, 0);
    EXPECT_EQ(send(packet_of_filler(3, out), 0).info, CtInfo::new_) << "zone 0; the filler stands in zone 9";
    EXPECT_EQ(count(), 11U);
}

TEST_P(Filling, IsFoundByItsTuples) {
    tracker_.fill({.count = 10, .assured = true, .zone = 0}, 0);
    const auto forth = send(packet_of_filler(3, out), seconds(1)), reply = send(packet_of_filler(4, back), seconds(1));
    EXPECT_EQ(forth.info, CtInfo::established);
    EXPECT_EQ(forth.dir, Direction::original);
    EXPECT_EQ(reply.dir, Direction::reply);
    EXPECT_EQ(count(), 10U);
    EXPECT_EQ(send(packet_of_filler(10, out), seconds(1)).info, CtInfo::new_) << "there is none of that number";
    EXPECT_TRUE(tracker_.erase(*tuple_of(packet_of_filler(5, back), tested(), {}), seconds(1)));
    EXPECT_EQ(tracker_.take_fillers_gone(), 1U);
    EXPECT_EQ(count(), 10U);
}

TEST_P(Filling, TellsNobody) {
    tracker_.configure(Setting::events, 1);
    std::size_t heard = 0;
    tracker_.observers().add(every_event, [&](const Notice&) { ++heard; });
    tracker_.fill({.count = 10, .assured = false, .zone = 0}, 0);
    send(packet_of_filler(3, back), 0);
    tracker_.flush(0);
    EXPECT_EQ(heard, 0U);
    EXPECT_EQ(tracker_.take_fillers_gone(), 10U);
    EXPECT_EQ(count(), 0U);
}

TEST_P(Filling, ExpiresAfter3000Seconds) {
    tracker_.fill({.count = 10}, seconds(5));
    tracker_.advance(seconds(3005) - 1);
    EXPECT_EQ(count(), 10U);
    tracker_.advance(seconds(3005));
    EXPECT_EQ(count(), 0U);
    EXPECT_EQ(tracker_.take_fillers_gone(), 10U);
}

TEST_P(Filling, GoesOnWhereTheLastOneOfTheZoneStopped) {
    tracker_.fill({.count = 5, .assured = false, .zone = 0}, 0);
    tracker_.fill({.count = 5, .assured = true, .zone = 0}, 0);
    EXPECT_EQ(send(packet_of_filler(4, out), 0).info, CtInfo::new_);
    EXPECT_EQ(send(packet_of_filler(5, out), 0).info, CtInfo::established);
    EXPECT_EQ(count(), 10U);
}

TEST_P(Filling, MakesRoomForItselfAsNetlinkDoes) {
    limit(100);
    tracker_.fill({.count = 150}, 0);
    EXPECT_LE(count(), 100U);
    EXPECT_GE(count(), is(EditionId::linux_6_18) ? 50U : 100U) << "linux-6.18 drops the whole chain at the 101st";
    EXPECT_TRUE(tracker_.take_log().empty());
}

TEST_P(Filling, IsRefusedWhereAllAreAssured) {
    limit(100);
    tracker_.fill({.count = 150, .assured = true}, 0);
    EXPECT_EQ(count(), 100U);
    EXPECT_EQ(tracker_.take_log().size(), 1U);
}

/// As a running linux-6.18 did: a full table of ASSURED entries refuses, one of others takes the packet.
TEST_P(Filling, OfAWholeTable) {
    limit(default_max);
    tracker_.configure(Setting::buckets, default_max);
    tracker_.fill({.count = default_max, .assured = true}, 0);
    EXPECT_EQ(count(), default_max);
    EXPECT_TRUE(open_udp(2000).dropped());
    tracker_.flush(0);
    tracker_.fill({.count = default_max}, 0);
    std::size_t taken = 0;
    for (std::uint16_t port = 2000; port < 2100; ++port) taken += open_udp(port).dropped() ? 0 : 1;
    EXPECT_EQ(taken > 95, !is(EditionId::linux_2_6_9)) << "one chain of two tuples on average is often empty";
    EXPECT_LE(count(), default_max);
    EXPECT_GT(count(), default_max - 300);
}

}  // namespace conntrack::testing

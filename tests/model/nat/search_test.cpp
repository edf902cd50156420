// The search for a free port: what is kept, what is taken again, where each edition begins, and when it gives up.
#include "tests/model/nat/fixture.hpp"

namespace conntrack::testing {

using NatSearch = NatOf;
CTORACLE_EVERY_EDITION(NatSearch);

namespace {
constexpr auto original = Direction::original, reply = Direction::reply;
}

TEST_P(NatSearch, AFreePortIsKept) {
    const Bound bound = udp(flow(client_a, 1500), at(public_address));
    EXPECT_EQ(bound.end, End::confirmed);
    EXPECT_EQ(bound.leaves.src, public_address);
    EXPECT_EQ(bound.leaves.src_part, 1500);
    EXPECT_EQ(bound.leaves.dst, server);
}

TEST_P(NatSearch, AClashMovesThePortWithinItsClass) {
    for (const auto& [port, lowest] : {std::pair{300, 1}, std::pair{550, 600}, std::pair{1500, 1024}}) {
        const auto clashing = static_cast<std::uint16_t>(port);
        udp(flow(client_a, clashing), at(public_address));
        choices_.starts = {5};
        const auto part = udp(flow(client_b, clashing), at(public_address)).leaves.src_part;
        EXPECT_NE(part, port);
        EXPECT_GE(part, lowest);
        if (newest()) {
            EXPECT_EQ(part, lowest + 5) << "the search begins where it is told";
        }
    }
}

/// The editions before 5.x go on where the last search of the protocol stopped.
TEST_P(NatSearch, TheStartIsKeptByProtocol) {
    if (newest()) return;
    const auto clash = [&](const Packet& a, const Packet& b) {
        first(a, at(public_address));
        return first(b, at(public_address)).leaves.src_part;
    };
    const auto udp_of = [](Address client, std::uint16_t port) { return udp_packet(flow(client, port), original); };
    const auto tcp_of = [](Address client, std::uint16_t port) {
        return tcp_packet(flow(client, port), original, {.flags = tcp::flag_syn});
    };
    EXPECT_EQ(clash(udp_of(client_a, 1500), udp_of(client_b, 1500)), 1024);
    EXPECT_EQ(clash(udp_of(client_a, 1600), udp_of(client_b, 1600)), 1025) << "1024 is taken, and is tried first";
    EXPECT_EQ(clash(tcp_of(client_a, 1500), tcp_of(client_b, 1500)), 1024) << "TCP has a start of its own";
}

TEST_P(NatSearch, TheStartWrapsRound) {
    if (newest()) return;
    const NatRange two = at(public_address, 4000, 4001);
    EXPECT_EQ(udp(flow(client_a, 1500), two).leaves.src_part, 4000);
    EXPECT_EQ(udp(flow(client_b, 1500), two).leaves.src_part, 4001);
    // Towards another server both are free: the search begins with the port that was found last.
    EXPECT_EQ(udp(flow(client_c, 1500, other_server), two).leaves.src_part, 4001);
    EXPECT_EQ(udp(flow(client_b, 1700, other_server), two).leaves.src_part, 4000) << "after 4001 comes 4000";
}

/// A search that finds nothing moves the start in linux-2.6.9: two tries further, which here is the same place.
TEST_P(NatSearch, AnExhaustedRangeDropsAtOnceOrAtConfirmation) {
    const NatRange two = at(public_address, 4000, 4001);
    for (const Address client : {client_a, client_b}) EXPECT_EQ(udp(flow(client, 1500), two).end, End::confirmed);
    const Bound third = udp(flow(client_c, 1500), two);
    EXPECT_EQ(third.end, oldest() ? End::no_free_tuple : End::dropped_at_confirmation);
    EXPECT_EQ(tracker_.table().existing(), 2U) << "it leaves nothing behind";
    EXPECT_EQ(tracker_.nat().listed(), 2U);
    EXPECT_EQ(udp(flow(client_c, 1500, other_server), two).end, End::confirmed);
}

TEST_P(NatSearch, AFailedSearchMovesTheStartOfTheNextOneInTheOldest) {
    if (newest()) return;
    const NatRange three = at(public_address, 4000, 4002);
    for (const Address client : {client_a, client_b, client_c}) udp(flow(client, 1500), three);  // found at 2
    udp(flow(client_a, 1800), three);                                                            // fails
    const auto part = udp(flow(client_a, 1800, other_server), three).leaves.src_part;
    EXPECT_EQ(part, 4002) << "three tries further is the same place";
    udp(flow(client_b, 1800), at(public_address, 4000, 4001));  // fails after two tries
    const auto next = udp(flow(client_b, 1800, Address::v4(0xc000'0204)), three).leaves.src_part;
    EXPECT_EQ(next, oldest() ? 4001 : 4002);
}

/// linux-6.18 takes a port that leaves no choice without looking.
TEST_P(NatSearch, ASinglePortIsNotTested) {
    const NatRange one = at(public_address, 4000, 4000);
    EXPECT_EQ(udp(flow(client_a, 1500), one).end, End::confirmed);
    const Bound second = udp(flow(client_b, 1500), one);
    EXPECT_EQ(second.leaves.src_part, oldest() ? 1500 : 4000);
    EXPECT_EQ(second.end, oldest() ? End::no_free_tuple : End::dropped_at_confirmation);
}

TEST_P(NatSearch, AHostsPortGetsTheTranslationThatItHadBefore) {
    udp(flow(client_b, 1500), at(public_address));
    const auto moved = udp(flow(client_a, 1500), at(public_address)).leaves.src_part;
    EXPECT_NE(moved, 1500);
    const auto again = udp(flow(client_a, 1500, other_server), at(public_address)).leaves.src_part;
    EXPECT_EQ(again, oldest() ? 1500 : moved);
    NatRange random = at(public_address);
    random.random = true;
    choices_.starts = {3000};
    const auto by_chance = udp(flow(client_a, 1500, Address::v4(0xc000'0204)), random).leaves.src_part;
    if (!oldest()) {
        EXPECT_EQ(by_chance, 1024 + 3000) << "--random does not look";
    }
}

TEST_P(NatSearch, IdsOfICMPAreCountedAsTheyAreStoredInTheOldest) {
    const auto ping = [&](Address client) {
        return first(echo_packet(flow(client, 7), original), at(public_address)).leaves.src_part;
    };
    EXPECT_EQ(ping(client_a), 7);
    EXPECT_EQ(ping(client_b), 0);
    EXPECT_EQ(ping(client_c), oldest() ? 256 : 1);
}

/// A destination that clashes may be saved by another source port in linux-2.6.9.
TEST_P(NatSearch, TheOldestChangesASourceUnasked) {
    udp(flow(client_a, 1500), std::nullopt, at(other_server));
    const Bound second = udp(flow(client_a, 1500, Address::v4(0xc000'0204)), std::nullopt, at(other_server));
    EXPECT_EQ(second.leaves.dst, other_server);
    EXPECT_NE(second.leaves.src_part, 1500) << "by the destination's binding, or later by the source's null binding";
    EXPECT_EQ(second.end, End::confirmed);
    const auto found = tracker_.find(in_zone(*inverse(second.leaves, tested(), tracker_.modules()), {}, reply));
    ASSERT_TRUE(found);
    const auto records = found->entry->nat->records;
    if (oldest()) {
        ASSERT_EQ(records.size(), 4U);
        for (const NatRecord& r : records)
            EXPECT_EQ(r.hook, r.dir == original ? Hook::prerouting : Hook::postrouting) << "all made by PREROUTING";
    } else {
        EXPECT_TRUE(found->entry->has(Status::src_nat) && found->entry->has(Status::dst_nat));
    }
}

TEST_P(NatSearch, ANullBindingChangesAPortThatClashes) {
    // a's flow leaves as the public address; a packet from the server looks like its answer from elsewhere.
    udp(flow(public_address, 2000), std::nullopt);
    const Bound other = udp(flow(client_a, 2000), at(public_address));
    EXPECT_NE(other.leaves.src_part, 2000);
    const Bound null = udp(flow(server, 53, client_b, 2000), std::nullopt);
    EXPECT_EQ(null.leaves.src_part, 53) << "nobody has it";
}

TEST_P(NatSearch, ZonesHaveTheirOwnPorts) {
    if (!newest()) return;
    const auto in = [&](Address client, std::uint16_t zone) {
        Zone z;
        z.id = zone;
        return first(udp_packet(flow(client, 1500), original), at(public_address), {}, z).leaves.src_part;
    };
    EXPECT_EQ(in(client_a, 1), 1500);
    EXPECT_EQ(in(client_b, 2), 1500);
    EXPECT_NE(in(client_b, 1), 1500);
}

TEST_P(NatSearch, OtherProtocolsHaveNothingToSearch) {
    const auto unknown = [&](Address client) {
        return first(ip_packet(flow(client, 0), original, 99, 40), at(public_address)).end;
    };
    EXPECT_EQ(unknown(client_a), End::confirmed);
    EXPECT_EQ(unknown(client_b), oldest() ? End::no_free_tuple : End::dropped_at_confirmation);
}

}  // namespace conntrack::testing

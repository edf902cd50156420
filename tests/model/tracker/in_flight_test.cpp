// Packets between the track hook and their end: what they hold, and what becomes of entries meanwhile.
#include "tests/model/tracker/fixture.hpp"

namespace conntrack::testing {

using InFlightPackets = TrackerOf;
CTORACLE_EVERY_EDITION(InFlightPackets);

TEST_P(InFlightPackets, AnEntryEntersTheTableWithItsFirstPacketsEnd) {
    InFlight first = tracker_.begin(udp_packet(dns_, out), 0);
    EXPECT_EQ(first.verdict().info, CtInfo::new_);
    EXPECT_EQ(dns_entry(), nullptr);
    EXPECT_EQ(tracker_.table().existing(), 1U);
    EXPECT_TRUE(tracker_.confirm(first, 0));
    ASSERT_NE(dns_entry(), nullptr);
    EXPECT_EQ(dns_entry()->life.references(), 2U);
    tracker_.release(std::move(first));
    EXPECT_EQ(dns_entry()->life.references(), 1U);
}

TEST_P(InFlightPackets, ADroppedFirstPacketLeavesNothing) {
    EXPECT_FALSE(tracker_.finish(tracker_.begin(udp_packet(dns_, out), 0), Fate::dropped, 0));
    EXPECT_EQ(tracker_.table().existing(), 0U);
    EXPECT_EQ(send(udp_packet(dns_, back), 0).info, CtInfo::new_) << "the answer begins a flow of its own";
}

TEST_P(InFlightPackets, ADroppedLaterPacketHasMovedTheState) {
    segment(out, {.flags = syn, .seq = 100}, 0);
    tracker_.finish(tracker_.begin(tcp_packet(web_, back, {.flags = syn | ack, .seq = 500, .ack = 101}), 0),
                    Fate::dropped, 0);
    EXPECT_EQ(web_entry()->tcp_machine->state(), tcp::State::syn_recv);
    EXPECT_TRUE(web_entry()->has(Status::seen_reply));
}

TEST_P(InFlightPackets, TheSecondOfTwoFirstPacketsClashes) {
    InFlight one = tracker_.begin(udp_packet(dns_, out), 0), two = tracker_.begin(udp_packet(dns_, out), 0);
    EXPECT_NE(one.entry(), two.entry());
    EXPECT_EQ(two.verdict().info, CtInfo::new_);
    EXPECT_TRUE(tracker_.confirm(two, 0)) << "who leaves first wins";
    if (tested().core.resolves_clashes) {
        EXPECT_TRUE(tracker_.confirm(one, 0));
        EXPECT_EQ(clause(one.verdict()), "core.clash.merged");
        EXPECT_EQ(one.entry(), two.entry()) << "it goes on with the winner's entry";
        EXPECT_EQ(one.verdict().info, CtInfo::new_);
        EXPECT_EQ(tracker_.table().existing(), 1U) << "and its own is gone";
    } else {
        EXPECT_FALSE(tracker_.confirm(one, 0));
        EXPECT_EQ(clause(one.verdict()), "core.confirm_clash");
    }
    EXPECT_EQ(dns_entry(), two.entry());
    tracker_.release(std::move(one));
    EXPECT_EQ(tracker_.table().existing(), 1U);
    tracker_.release(std::move(two));
    EXPECT_EQ(tracker_.table().existing(), 1U);
    EXPECT_EQ(dns_entry()->life.references(), 1U);
}

TEST_P(InFlightPackets, AMergedPacketIsCountedByTheWinner) {
    if (!tested().core.resolves_clashes) return;
    tracker_.configure(Setting::acct, 1);
    InFlight one = tracker_.begin(udp_packet(dns_, out), 0), two = tracker_.begin(udp_packet(dns_, out), 0);
    tracker_.confirm(one, 0);
    tracker_.confirm(two, 0);
    EXPECT_EQ(dns_entry()->counters[0].packets, 2U);
    EXPECT_EQ(dns_entry()->counters[0].bytes, 2U * udp_packet(dns_, out).length);
    tracker_.release(std::move(one));
    tracker_.release(std::move(two));
}

/// As udp, and seen on a live linux-6.18.44.
TEST_P(InFlightPackets, ProtocolsWithoutATrackerMergeToo) {
    constexpr std::uint8_t unknown_protocol = 99;
    const Packet packet = ip_packet(dns_, out, unknown_protocol, 40);
    InFlight one = tracker_.begin(packet, 0), two = tracker_.begin(packet, 0);
    EXPECT_TRUE(tracker_.confirm(one, 0));
    EXPECT_EQ(tracker_.confirm(two, 0), is(EditionId::linux_6_18));
    EXPECT_EQ(clause(two.verdict()), is(EditionId::linux_6_18) ? "core.clash.merged" : "core.confirm_clash");
    tracker_.release(std::move(one));
    tracker_.release(std::move(two));
}

TEST_P(InFlightPackets, TcpNeverMerges) {
    const Packet syn_packet = tcp_packet(web_, out, {.flags = syn, .seq = 100});
    InFlight one = tracker_.begin(syn_packet, 0), two = tracker_.begin(syn_packet, 0);
    EXPECT_TRUE(tracker_.confirm(one, 0));
    EXPECT_FALSE(tracker_.confirm(two, 0));
    EXPECT_EQ(clause(two.verdict()), "core.confirm_clash");
    tracker_.release(std::move(one));
    tracker_.release(std::move(two));
}

TEST_P(InFlightPackets, ARequestAndItsAnswerInFlightClashToo) {
    InFlight request = tracker_.begin(udp_packet(dns_, out), 0), answer = tracker_.begin(udp_packet(dns_, back), 0);
    EXPECT_EQ(answer.verdict().info, CtInfo::new_) << "nothing is known of the request yet";
    EXPECT_TRUE(tracker_.confirm(request, 0));
    EXPECT_EQ(tracker_.confirm(answer, 0), tested().core.resolves_clashes) << "its original tuple is the other's reply";
    tracker_.release(std::move(request));
    tracker_.release(std::move(answer));
    EXPECT_EQ(tracker_.table().existing(), 1U);
}

/// The reply tuple of a translated flow is taken, though its original tuple is another one's.
TEST_P(InFlightPackets, AReplyTupleThatIsTakenClashesToo) {
    const Tuple free = *tuple_of(udp_packet(ipv4_ends(9, 53), out), tested(), {});
    const Tuple taken = *tuple_of(udp_packet(dns_, back), tested(), {});
    EXPECT_TRUE(tracker_.import({.original = free,
                                 .reply = taken,
                                 .seen_reply = false,
                                 .assured = false,
                                 .timeout = 30,
                                 .tcp_state = tcp::State::none,
                                 .has_counters = false,
                                 .counters = {},
                                 .mark = 0},
                                0));
    InFlight first = tracker_.begin(udp_packet(dns_, out), 0);
    EXPECT_EQ(first.verdict().info, CtInfo::new_);
    EXPECT_FALSE(tracker_.confirm(first, 0));
    EXPECT_EQ(clause(first.verdict()), "core.confirm_clash");
    tracker_.release(std::move(first));
    EXPECT_EQ(tracker_.table().existing(), 1U);
}

TEST_P(InFlightPackets, AnEntryDeletedWhileHeldLivesUntilThePacketIsFreed) {
    send(udp_packet(dns_, out), 0);
    const EntryId old = dns_entry()->id;
    InFlight held = tracker_.begin(udp_packet(dns_, back), 0);
    EXPECT_TRUE(tracker_.erase(held.entry()->original, 0));
    EXPECT_EQ(dns_entry(), nullptr);
    EXPECT_EQ(tracker_.table().linked(), 0U);
    ASSERT_NE(tracker_.table().by_id(old), nullptr);
    EXPECT_EQ(held.entry()->has(Status::dying), !is(EditionId::linux_2_6_9));
    EXPECT_TRUE(held.entry()->has(Status::confirmed));
    EXPECT_EQ(held.entry()->remaining(0), 0);

    EXPECT_EQ(send(udp_packet(dns_, out), 0).info, CtInfo::new_) << "the same tuple begins a new entry";
    EXPECT_TRUE(tracker_.confirm(held, 0)) << "the packet passes; its entry does not come back";
    EXPECT_NE(dns_entry()->id, old);
    tracker_.release(std::move(held));
    EXPECT_EQ(tracker_.table().by_id(old), nullptr);
}

TEST_P(InFlightPackets, AFlushLeavesEntriesOfFirstPacketsButLinux2632CondemnsThem) {
    InFlight first = tracker_.begin(udp_packet(dns_, out), 0);
    tracker_.flush(0);
    EXPECT_TRUE(tracker_.confirm(first, 0));
    EXPECT_EQ(dns_entry() != nullptr, !is(EditionId::linux_2_6_32));
    tracker_.release(std::move(first));
    EXPECT_EQ(tracker_.table().existing(), is(EditionId::linux_2_6_32) ? 0U : 1U);
}

TEST_P(InFlightPackets, TheTimeoutRunsFromTheConfirmHook) {
    InFlight first = tracker_.begin(udp_packet(dns_, out), 0);
    tracker_.confirm(first, seconds(5));
    tracker_.release(std::move(first));
    EXPECT_EQ(dns_entry()->deadline, seconds(35));
}

TEST_P(InFlightPackets, InvalidPacketsHoldNothingAndPass) {
    InFlight stray = tracker_.begin(tcp_packet(web_, out, {.flags = fin | ack}), 0);
    EXPECT_EQ(stray.verdict().info, CtInfo::invalid);
    EXPECT_EQ(stray.entry(), nullptr);
    EXPECT_TRUE(tracker_.finish(std::move(stray), Fate::accepted, 0));
    EXPECT_EQ(tracker_.table().existing(), 0U);
}

/// linux-2.6.9: the reply that balances the requests takes the entry out of the table at once, and holds it.
TEST_P(InFlightPackets, AHeldEchoReplyHoldsItsEntry) {
    send(echo_packet(ping_, out), 0);
    const bool counts = is(EditionId::linux_2_6_9);
    InFlight reply = tracker_.begin(echo_packet(ping_, back), 0);
    EXPECT_EQ(reply.verdict().info, CtInfo::established);
    EXPECT_EQ(reply.verdict().dir, Direction::reply);
    EXPECT_EQ(clause(reply.verdict()), counts ? "icmp.reply.balances" : "icmp.query");
    EXPECT_EQ(ping_entry() == nullptr, counts);
    EXPECT_TRUE(reply.entry()->has(Status::seen_reply)) << "set on the dead entry as well";
    EXPECT_EQ(tracker_.table().existing(), 1U);

    EXPECT_EQ(send(echo_packet(ping_, out), 0).info, counts ? CtInfo::new_ : CtInfo::established);
    EXPECT_EQ(tracker_.table().existing(), counts ? 2U : 1U);
    tracker_.finish(std::move(reply), Fate::accepted, 0);
    EXPECT_EQ(tracker_.table().existing(), 1U);
}

}  // namespace conntrack::testing

// Tracking from packet to packet, where a test says it shorter than a recording: timers, settings, counters, errors.
#include "tests/model/tracker/fixture.hpp"

namespace conntrack::testing {

using Tracking = TrackerOf;
CTORACLE_EVERY_EDITION(Tracking);

TEST_P(Tracking, TellsNewFromEstablishedAndWhichWayAPacketGoes) {
    const auto first = send(udp_packet(dns_, out), 0);
    EXPECT_TRUE(first.seen);
    EXPECT_EQ(first.info, CtInfo::new_);
    EXPECT_EQ(first.dir, Direction::original);
    EXPECT_EQ(clause(first), "flow.unreplied");
    EXPECT_EQ(send(udp_packet(dns_, out), 0).info, CtInfo::new_) << "new until somebody answers";
    const auto answer = send(udp_packet(dns_, back), 0);
    EXPECT_EQ(answer.info, CtInfo::established);
    EXPECT_EQ(answer.dir, Direction::reply);
    EXPECT_EQ(answer.entry, first.entry);
    EXPECT_EQ(send(udp_packet(dns_, out), 0).info, CtInfo::established);
}

TEST_P(Tracking, DoesNotTrackLaterFragmentsNorIpv6BeforeItCame) {
    Packet fragment = udp_packet(dns_, out);
    fragment.fragment = fragment.later_fragment = true;
    EXPECT_EQ(send(fragment, 0).info, CtInfo::invalid);
    const auto six = send(udp_packet(ipv6_ends(2000, 53), out), 0);
    EXPECT_EQ(six.seen, !is(EditionId::linux_2_6_9));
    EXPECT_EQ(tracker_.table().existing(), six.seen ? 1U : 0U);
}

// --- timers ---

TEST_P(Tracking, AnEntryGoesWhenItsTimerRunsOut) {
    send(udp_packet(dns_, out), 0);
    tracker_.advance(seconds(30) - 1);
    EXPECT_NE(dns_entry(), nullptr);
    EXPECT_EQ(dns_entry()->remaining_seconds(seconds(30) - 1), 0);
    tracker_.advance(seconds(30));
    EXPECT_EQ(dns_entry(), nullptr);
    EXPECT_EQ(tracker_.table().existing(), 0U);
}

TEST_P(Tracking, APacketAtTheTickOfExpiryFindsNoEntry) {
    send(udp_packet(dns_, out), 0);
    EXPECT_EQ(send(udp_packet(dns_, back), seconds(30)).info, CtInfo::new_);
}

TEST_P(Tracking, ARefreshOfLessThanASecondIsNotMadeInLinux2632) {
    send(udp_packet(dns_, out), 0);
    send(udp_packet(dns_, out), milliseconds(999));
    EXPECT_EQ(dns_entry()->deadline, is(EditionId::linux_2_6_32) ? seconds(30) : seconds(30) + milliseconds(999));
    send(udp_packet(dns_, out), seconds(1));
    EXPECT_EQ(dns_entry()->deadline, seconds(31));
}

TEST_P(Tracking, TheFirstAnswerStillGetsTheUnrepliedTimeout) {
    send(udp_packet(dns_, out), 0);
    send(udp_packet(dns_, back), seconds(10));
    EXPECT_EQ(dns_entry()->deadline, seconds(40));
    EXPECT_FALSE(dns_entry()->has(Status::assured));
}

TEST_P(Tracking, AStreamIsOlderThanTwoSecondsInLinux618) {
    const bool young_is_enough = !is(EditionId::linux_6_18);
    send(udp_packet(dns_, out), 0);
    send(udp_packet(dns_, back), seconds(1));
    send(udp_packet(dns_, out), seconds(2));
    EXPECT_EQ(dns_entry()->has(Status::assured), young_is_enough) << "two seconds are not more than two seconds";
    EXPECT_EQ(dns_entry()->deadline, seconds(young_is_enough ? 182 : 32));
    send(udp_packet(dns_, out), seconds(2) + 1);
    EXPECT_TRUE(dns_entry()->has(Status::assured));
    // From 180 to 180 seconds is less than a second's change in linux-2.6.32.
    const Time wanted = seconds(2) + 1 + seconds(is(EditionId::linux_6_18) ? 120 : 180);
    EXPECT_EQ(dns_entry()->deadline, is(EditionId::linux_2_6_32) ? seconds(182) : wanted);
}

TEST_P(Tracking, ARetransmittedSynProlongsNothingInLinux618) {
    segment(out, {.flags = syn, .seq = 100}, 0);
    const auto again = segment(out, {.flags = syn, .seq = 100}, seconds(10));
    EXPECT_EQ(web_entry()->deadline, is(EditionId::linux_6_18) ? seconds(120) : seconds(130));
    EXPECT_EQ(clause(again) == "tcp.syn.not_refreshed", is(EditionId::linux_6_18));
}

TEST_P(Tracking, ASettingChangesTheTimersOfLaterPackets) {
    send(udp_packet(dns_, out), 0);
    tracker_.configure(Setting::udp_timeout, 5);
    EXPECT_EQ(dns_entry()->deadline, seconds(30));
    send(udp_packet(dns_, out), seconds(2));
    EXPECT_EQ(dns_entry()->deadline, seconds(7));
    tracker_.configure(Setting::tcp_timeout_syn_sent, 9);
    segment(out, {.flags = syn, .seq = 100}, seconds(3));
    EXPECT_EQ(web_entry()->deadline, seconds(12)) << "the TCP timeouts are kept in a table of their own";
}

// --- TCP, where the core has a part ---

TEST_P(Tracking, AHandshakeIsAssuredWithTheLastAck) {
    open(0);
    EXPECT_EQ(web_entry()->tcp_machine->state(), tcp::State::established);
    EXPECT_TRUE(web_entry()->has(Status::assured));
    EXPECT_EQ(web_entry()->flow.state(), FlowMachine::State::assured);
    EXPECT_EQ(web_entry()->deadline, seconds(432'000));
}

TEST_P(Tracking, AResetAsFirstAnswerDeletesAndThePacketKeepsTheEntry) {
    segment(out, {.flags = syn, .seq = 100}, 0);
    InFlight refusal = tracker_.begin(tcp_packet(web_, back, {.flags = rst | ack, .seq = 0, .ack = 101}), 0);
    EXPECT_EQ(clause(refusal.verdict()), "tcp.rst.unreplied");
    EXPECT_EQ(refusal.verdict().info, CtInfo::established);
    EXPECT_EQ(web_entry(), nullptr);
    EXPECT_NE(refusal.entry(), nullptr);
    tracker_.release(std::move(refusal));
    EXPECT_EQ(tracker_.table().existing(), 0U);
}

TEST_P(Tracking, ASynReopensAnEndedConnectionAsANewEntry) {
    open(0);
    close(0);
    const EntryId old = web_entry()->id;
    EXPECT_EQ(web_entry()->tcp_machine->state(), tcp::State::time_wait);
    const auto again = segment(out, {.flags = syn, .seq = 7}, seconds(1));
    EXPECT_EQ(again.repeats, 1U);
    EXPECT_EQ(again.info, CtInfo::new_);
    EXPECT_EQ(clause(again), "tcp.new.syn");
    EXPECT_NE(web_entry()->id, old);
    EXPECT_EQ(tracker_.table().existing(), 1U);
}

TEST_P(Tracking, ASynAckThatAnswersALetThroughSynEndsOrResynchronises) {
    open(0);
    EXPECT_EQ(clause(segment(out, {.flags = syn, .seq = 5000}, 0)), "tcp.ignored");
    const auto answer = segment(back, {.flags = syn | ack, .seq = 9000, .ack = 5001}, 0);
    if (is(EditionId::linux_6_18)) {
        EXPECT_EQ(clause(answer), "tcp.resynchronised");
        EXPECT_EQ(web_entry()->tcp_machine->state(), tcp::State::syn_recv);
    } else {
        EXPECT_EQ(clause(answer), "tcp.out_of_sync");
        EXPECT_TRUE(answer.dropped());
        EXPECT_EQ(tracker_.table().existing(), 0U);
    }
}

TEST_P(Tracking, LooseCountsInEightBitsInLinux269) {
    tracker_.configure(Setting::tcp_loose, 256);
    const auto verdict = segment(out, {.flags = ack, .seq = 100, .ack = 500}, 0);
    // Picked up, but with 256 mod 256 packets to let pass unchecked.
    EXPECT_EQ(verdict.info, is(EditionId::linux_2_6_9) ? CtInfo::invalid : CtInfo::new_);
}

// --- counters ---

TEST_P(Tracking, CountsOnlyForEntriesMadeWhileAccountingWasOn) {
    send(udp_packet(dns_, out, 72), 0);
    EXPECT_EQ(dns_entry()->counters[0], (is(EditionId::linux_2_6_9) ? Counter{1, 100} : Counter{}));
    tracker_.configure(Setting::acct, 1);
    send(udp_packet(dns_, back, 22), 0);
    EXPECT_EQ(dns_entry()->counters[1], (is(EditionId::linux_2_6_9) ? Counter{1, 50} : Counter{}));
    send(echo_packet(ping_, out), 0);
    EXPECT_EQ(ping_entry()->counters[0], (Counter{1, 84}));
}

TEST_P(Tracking, IgnoredPacketsAreNotCountedNorRefreshed) {
    tracker_.configure(Setting::acct, 1);
    open(0);
    const auto counted = web_entry()->counters;
    segment(out, {.flags = syn, .seq = 5000}, seconds(10));
    EXPECT_EQ(web_entry()->counters, counted);
    EXPECT_EQ(web_entry()->deadline, seconds(432'000));
}

// --- ICMP errors ---

TEST_P(Tracking, AnIcmpErrorIsRelatedAndTouchesNothing) {
    tracker_.configure(Setting::acct, 1);
    const Packet query = udp_packet(dns_, out);
    send(query, 0);
    const auto counters = dns_entry()->counters;
    const auto verdict = send(error_about(query), seconds(10));
    EXPECT_EQ(verdict.info, CtInfo::related);
    EXPECT_EQ(verdict.dir, Direction::reply);
    EXPECT_EQ(clause(verdict), "icmp.error.related");
    EXPECT_EQ(verdict.entry, dns_entry()->id);
    EXPECT_EQ(dns_entry()->counters, counters);
    EXPECT_EQ(dns_entry()->deadline, seconds(30));
    EXPECT_FALSE(dns_entry()->has(Status::seen_reply));
    EXPECT_EQ(dns_entry()->life.references(), 1U);
}

TEST_P(Tracking, AnIcmpErrorAboutAnAnswerGoesTheOriginalWay) {
    send(udp_packet(dns_, out), 0);
    const Packet answer = udp_packet(dns_, back);
    send(answer, 0);
    EXPECT_EQ(send(error_about(answer), 0).dir, Direction::original);
}

TEST_P(Tracking, AnIcmpErrorAboutNothingKnownIsInvalid) {
    const auto verdict = send(error_about(udp_packet(dns_, out)), 0);
    EXPECT_EQ(verdict.info, CtInfo::invalid);
    EXPECT_EQ(clause(verdict), "icmp.error.inner_untracked");
    EXPECT_EQ(tracker_.table().existing(), 0U);
}

TEST_P(Tracking, AnIcmpErrorToSomebodyElseIsInvalidInLinux618) {
    const Packet query = udp_packet(dns_, out);
    send(query, 0);
    Packet error = error_about(query);
    error.dst = Address::v4(0x0a000163);
    EXPECT_EQ(send(error, 0).info, is(EditionId::linux_6_18) ? CtInfo::invalid : CtInfo::related);
}

// --- import ---

TEST_P(Tracking, AnImportedConnectionGoesOn) {
    const Tuple original = *tuple_of(tcp_packet(web_, out, {}), tested(), {});
    const Tracker::Imported from{.original = original,
                                 .reply = *inverse(original, tested(), {}),
                                 .seen_reply = true,
                                 .assured = true,
                                 .timeout = 100,
                                 .tcp_state = tcp::State::established,
                                 .has_counters = true,
                                 .counters = {Counter{3, 300}, Counter{2, 200}},
                                 .mark = 7};
    EXPECT_TRUE(tracker_.import(from, seconds(5)));
    EXPECT_FALSE(tracker_.import(from, seconds(5))) << "its tuples are taken";
    const Entry* entry = web_entry();
    ASSERT_NE(entry, nullptr);
    EXPECT_EQ(entry->deadline, seconds(105));
    EXPECT_EQ(entry->life.references(), 1U);
    EXPECT_EQ(entry->mark, 7U);
    EXPECT_EQ(entry->flow.state(), FlowMachine::State::assured);
    EXPECT_TRUE(entry->has(Status::confirmed) && entry->has(Status::seen_reply) && entry->has(Status::assured));

    const auto verdict = segment(back, {.flags = ack, .seq = 77'000, .ack = 55'000, .payload = 10}, seconds(6));
    EXPECT_EQ(verdict.info, CtInfo::established);
    EXPECT_EQ(verdict.dir, Direction::reply);
    EXPECT_EQ(entry->counters[1], (Counter{3, 270}));
    EXPECT_EQ(entry->tcp_machine->state(), tcp::State::established);
}

TEST_P(Tracking, AnImportedFlowExpiresAsWasSaid) {
    const Tuple original = *tuple_of(echo_packet(ping_, out), tested(), {});
    EXPECT_TRUE(tracker_.import({.original = original,
                                 .reply = *inverse(original, tested(), {}),
                                 .seen_reply = false,
                                 .assured = false,
                                 .timeout = 10,
                                 .tcp_state = tcp::State::none,
                                 .has_counters = false,
                                 .counters = {},
                                 .mark = 0},
                                0));
    EXPECT_NE(ping_entry(), nullptr);
    EXPECT_EQ(send(echo_packet(ping_, back), seconds(1)).info, CtInfo::established);
    tracker_.advance(seconds(31));
    EXPECT_EQ(tracker_.table().existing(), 0U);
}

TEST_P(Tracking, EraseFindsAnEntryByEitherTuple) {
    send(udp_packet(dns_, out), 0);
    const Tuple original = dns_entry()->original, reply = dns_entry()->reply;
    EXPECT_TRUE(tracker_.erase(original, 0));
    EXPECT_FALSE(tracker_.erase(original, 0));
    send(udp_packet(dns_, out), 0);
    EXPECT_TRUE(tracker_.erase(reply, 0));
    EXPECT_EQ(tracker_.table().existing(), 0U);
}

}  // namespace conntrack::testing

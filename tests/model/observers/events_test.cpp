// What observers hear of tracking, edition by edition: one batch a packet, in order, and silence where there is none.
#include "tests/model/tracker/fixture.hpp"

#include <string>
#include <vector>

namespace conntrack::testing {

namespace {

std::string words(EventMask mask) {
    std::string out;
    for (const EventName& event : event_names)
        if (has(mask, event.bit)) out += (out.empty() ? "" : "+") + std::string(event.name);
    return out;
}

class Events : public TrackerOf {
  protected:
    using Heard = std::vector<std::string>;  // one notice each: its bits, and the entry
    Heard heard_;

    void follow(Tracker& tracker) {
        tracker.observers().add(every_event, [this](const Notice& n) {
            heard_.push_back(words(n.mask) + " " + std::to_string(n.entry.id));
        });
    }
    void SetUp() override { follow(tracker_); }

    /// What was heard since the last call.
    Heard since() {
        Heard out;
        out.swap(heard_);
        return out;
    }
    /// Expects these notices since the last call; linux-2.6.9 tells none.
    void expect(const Heard& of_2_6_32, const Heard& of_6_18) {
        EXPECT_EQ(since(), is(EditionId::linux_2_6_9) ? Heard{} : is(EditionId::linux_2_6_32) ? of_2_6_32 : of_6_18);
    }
    void expect(const Heard& of_both) { expect(of_both, of_both); }
};

}  // namespace

CTORACLE_EVERY_EDITION(Events);

TEST_P(Events, OfAHandshakeComeInOneBatchAPacket) {
    segment(out, {.flags = syn, .seq = 100}, 0);
    expect({"NEW+PROTOINFO 1"});
    segment(back, {.flags = syn | ack, .seq = 500, .ack = 101}, 0);
    expect({"STATUS+PROTOINFO 1"}, {"REPLY+PROTOINFO 1"});
    segment(out, {.flags = ack, .seq = 101, .ack = 501}, 0);
    expect({"STATUS+PROTOINFO 1"}, {"ASSURED+PROTOINFO 1"});
    segment(out, {.flags = ack, .seq = 101, .ack = 501, .payload = 10}, 0);
    expect({});
}

TEST_P(Events, OfADatagramFlow) {
    send(udp_packet(dns_, out), 0);
    expect({"NEW 1"});
    send(udp_packet(dns_, back), 0);
    expect({"STATUS 1"}, {"REPLY 1"});
    send(udp_packet(dns_, out), seconds(3));
    expect({"STATUS 1"}, {"ASSURED 1"});
    send(udp_packet(dns_, out), seconds(4));
    expect({});
}

TEST_P(Events, AReopenedConnectionIsDestroyedBeforeTheNewOneIsTold) {
    open(0);
    close(0);
    since();
    const auto verdict = segment(out, {.flags = syn, .seq = 9000}, 0);
    EXPECT_EQ(verdict.repeats, 1U);
    expect({"DESTROY 1", "NEW+PROTOINFO 2"});
}

TEST_P(Events, ADestroyIsToldOnceHoweverTheEntryGoes) {
    const auto begin = [&](Time now) {
        send(udp_packet(dns_, out), now);
        return dns_entry()->id;
    };
    const auto gone = [](EntryId id) { return Heard{"NEW " + std::to_string(id), "DESTROY " + std::to_string(id)}; };
    const EntryId expired = begin(0);
    tracker_.advance(seconds(30));
    expect(gone(expired));
    const EntryId erased = begin(seconds(40));
    EXPECT_TRUE(tracker_.erase(dns_entry()->reply, seconds(40)));
    expect(gone(erased));
    const EntryId flushed = begin(seconds(50));
    tracker_.flush(seconds(50));
    expect(gone(flushed));
    tracker_.advance(seconds(500));
    expect({});
}

TEST_P(Events, TellTheTimeLeft) {
    std::vector<Time> left;
    tracker_.observers().add(every_event, [&](const Notice& n) { left.push_back(n.time_left); });
    send(udp_packet(dns_, out), 0);
    tracker_.erase(dns_entry()->original, seconds(10));
    EXPECT_EQ(left, is(EditionId::linux_2_6_9) ? std::vector<Time>{} : (std::vector<Time>{seconds(30), seconds(20)}));
}

TEST_P(Events, ThatADroppedPacketGatheredComeWithTheNextOne) {
    send(udp_packet(dns_, out), 0);
    since();
    tracker_.finish(tracker_.begin(udp_packet(dns_, back), 0), Fate::dropped, 0);
    expect({});
    send(udp_packet(dns_, out), 0);
    // The late packet finds SEEN_REPLY set; before linux-6.18 that makes a stream at once, told by the same bit.
    expect({"STATUS 1"}, {"REPLY 1"});
}

TEST_P(Events, OfAnEntryThatIsNotConfirmedAreNotTold) {
    tracker_.finish(tracker_.begin(udp_packet(dns_, out), 0), Fate::dropped, 0);
    EXPECT_EQ(since(), Heard{});
    EXPECT_EQ(tracker_.table().existing(), 0U);
}

TEST_P(Events, AreNotToldOfEntriesMadeWhileTheyAreOff) {
    tracker_.configure(Setting::events, 0);
    send(udp_packet(dns_, out), 0);
    tracker_.configure(Setting::events, 1);
    send(udp_packet(dns_, back), 0);
    tracker_.flush(0);
    EXPECT_EQ(since(), Heard{});
}

TEST_P(Events, TheLaterNotifierGivesLinux269TheEventsOfLinux2632) {
    Tracker lent(tested(), {.modules = {}, .later_notifier = true});
    follow(lent);
    lent.track(udp_packet(dns_, out), 0);
    lent.track(udp_packet(dns_, back), 0);
    lent.flush(0);
    const std::string reply = is(EditionId::linux_6_18) ? "REPLY 1" : "STATUS 1";
    EXPECT_EQ(since(), (Heard{"NEW 1", reply, "DESTROY 1"})) << "and changes nothing for the others";
}

TEST_P(Events, AnObserverThatThrowsHarmsNoTracking) {
    tracker_.observers().add(every_event, [](const Notice&) { throw std::runtime_error("full"); });
    send(udp_packet(dns_, out), 0);
    EXPECT_EQ(send(udp_packet(dns_, back), 0).info, CtInfo::established);
    EXPECT_EQ(tracker_.observers().failures(), is(EditionId::linux_2_6_9) ? 0U : 2U);
    tracker_.flush(0);
    EXPECT_EQ(tracker_.table().existing(), 0U);
}

TEST_P(Events, DyingStandsInTheDestroyOfLinux618Only) {
    std::vector<bool> dying;
    tracker_.observers().add(mask_of(EventBit::destroy),
                             [&](const Notice& n) { dying.push_back(n.entry.has(Status::dying)); });
    send(udp_packet(dns_, out), 0);
    tracker_.flush(0);
    EXPECT_EQ(dying, is(EditionId::linux_2_6_9) ? std::vector<bool>{} : std::vector<bool>{is(EditionId::linux_6_18)});
}

}  // namespace conntrack::testing

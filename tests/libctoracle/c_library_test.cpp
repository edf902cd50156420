// What the C library says of packets, entries and events is what its tracker does.
#include "handle.hpp"

#include <gmock/gmock.h>
#include <string>

namespace conntrack::library {
namespace {

using testing::ElementsAre;
using testing::StrEq;

struct Ports {
    std::vector<ctoracle_entry> entries;
    static void add(const ctoracle_entry* entry, void* context) {
        static_cast<Ports*>(context)->entries.push_back(*entry);
    }
};

std::vector<ctoracle_entry> dump(const Handle& oracle) {
    Ports out;
    EXPECT_EQ(ctoracle_dump(oracle.get(), Ports::add, &out), CTORACLE_OK) << ctoracle_message();
    return out.entries;
}

class EveryTracker : public testing::TestWithParam<const char*> {};

TEST_P(EveryTracker, AConversationIsNewThenEstablished) {
    const Handle oracle = create("linux-6.18", GetParam());
    const ctoracle_verdict first = track(oracle, udp(host, 1000, server, 53), 0);
    EXPECT_EQ(first.state, CTORACLE_NEW);
    EXPECT_EQ(first.direction, CTORACLE_ORIGINAL);
    EXPECT_EQ(first.accepted, 1);
    EXPECT_THAT(first.clause, StrEq("flow.unreplied"));
    const ctoracle_verdict reply = track(oracle, udp(server, 53, host, 1000), second);
    EXPECT_EQ(reply.state, CTORACLE_ESTABLISHED);
    EXPECT_EQ(reply.direction, CTORACLE_REPLY);
    EXPECT_EQ(reply.entry, first.entry);

    const auto entries = dump(oracle);
    ASSERT_EQ(entries.size(), 1u);
    EXPECT_EQ(entries[0].id, first.entry);
    EXPECT_EQ(entries[0].original.src_port, 1000);
    EXPECT_EQ(entries[0].reply.src_port, 53);
    EXPECT_EQ(entries[0].original.src[0], 10);
    EXPECT_EQ(entries[0].original.src[3], 2);
    EXPECT_EQ(entries[0].original.src[4], 0);
    EXPECT_EQ(entries[0].time_left, 30 * second);
    EXPECT_EQ(entries[0].packets[0], 1u);
    EXPECT_EQ(entries[0].bytes[1], 32u);
    EXPECT_EQ(entries[0].tcp_state, nullptr);
    EXPECT_NE(entries[0].status & 2u, 0u) << "SEEN_REPLY";
}

TEST_P(EveryTracker, TimePassesAndEntriesGo) {
    const Handle oracle = create("linux-6.18", GetParam());
    track(oracle, udp(host, 1000, server, 53), 0);
    ASSERT_EQ(ctoracle_advance(oracle.get(), 29 * second), CTORACLE_OK);
    EXPECT_EQ(dump(oracle).size(), 1u);
    ASSERT_EQ(ctoracle_advance(oracle.get(), 31 * second), CTORACLE_OK);
    EXPECT_TRUE(dump(oracle).empty());
}

TEST_P(EveryTracker, SettingsHold) {
    const Handle oracle = create("linux-6.18", GetParam());
    ASSERT_EQ(ctoracle_configure(oracle.get(), "nf_conntrack_udp_timeout", 5), CTORACLE_OK) << ctoracle_message();
    track(oracle, udp(host, 1000, server, 53), 0);
    EXPECT_EQ(dump(oracle).at(0).time_left, 5 * second);
}

TEST_P(EveryTracker, TranslatesByItsRules) {
    const Handle oracle = create("linux-6.18", GetParam(), true);
    const char* const rules =
        "*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n"
        "-A POSTROUTING -o outside -j MASQUERADE\nCOMMIT\n"
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
        "-A FORWARD -p udp --dport 99 -j DROP\nCOMMIT\n";
    ASSERT_EQ(ctoracle_rules(oracle.get(), 4, rules), CTORACLE_OK) << ctoracle_message();
    const ctoracle_verdict out = track(oracle, udp(host, 1000, server, 53), 0, "inside");
    ASSERT_EQ(out.left_count, 1u);
    EXPECT_THAT(out.left[0].interface, StrEq("outside"));
    const std::span<const std::uint8_t> bytes(out.left[0].bytes, out.left[0].length);
    EXPECT_THAT(bytes.subspan(12, 4), ElementsAre(192, 0, 2, 1));
    EXPECT_EQ(out.stopped, nullptr);

    const ctoracle_verdict dropped = track(oracle, udp(host, 1000, server, 99), 0, "inside");
    EXPECT_EQ(dropped.accepted, 0);
    EXPECT_EQ(dropped.state, CTORACLE_NEW);
    EXPECT_EQ(dropped.left_count, 0u);
    EXPECT_THAT(dropped.rule, StrEq("-A FORWARD -p udp --dport 99 -j DROP"));
    EXPECT_THAT(dropped.stopped, StrEq("dropped by a rule"));
}

TEST_P(EveryTracker, TheRouterAnswers) {
    const Handle oracle = create("linux-6.18", GetParam(), true);
    const Bytes dying = oracle::traffic::udp_packet(
        {.src = Address::v4(host), .dst = Address::v4(server), .protocol = protocol::udp, .hop_limit = 1}, 1000, 53, 4);
    const ctoracle_verdict out = track(oracle, dying, 0, "inside");
    EXPECT_EQ(out.accepted, 0);
    ASSERT_EQ(out.answer_count, 1u);
    EXPECT_THAT(out.answers[0].interface, StrEq("inside"));
    EXPECT_EQ(out.answers[0].bytes[20], 11) << "time exceeded";
}

TEST_P(EveryTracker, FragmentsArePutTogether) {
    const Handle oracle = create("linux-6.18", GetParam());
    Bytes whole = udp(host, 1000, server, 53);
    Bytes first = whole, rest = whole;
    first.resize(28);
    rest.erase(rest.begin() + 20, rest.begin() + 28);
    for (Bytes* piece : {&first, &rest}) (*piece)[3] = static_cast<std::uint8_t>(piece->size());
    first[6] = 0x20;
    rest[7] = 1;
    oracle::traffic::seal(first);
    // The sum of the UDP datagram is that of the whole.
    std::copy(whole.begin() + 20, whole.begin() + 28, first.begin() + 20);
    oracle::traffic::seal(rest);
    std::copy(whole.begin() + 28, whole.end(), rest.begin() + 20);
    const ctoracle_verdict waits = track(oracle, first, 0);
    EXPECT_EQ(waits.seen, 0);
    EXPECT_THAT(waits.clause, StrEq("ip.fragment.waiting"));
    EXPECT_EQ(track(oracle, rest, 0).state, CTORACLE_NEW);
}

struct Held {
    ctoracle_verdict verdict;
    std::uint64_t number = 0;
};

Held hold(const Handle& oracle, const Bytes& packet, std::int64_t now, ctoracle_hold_point at,
          const char* interface = nullptr) {
    Held out{};
    out.verdict.size = sizeof out.verdict;
    EXPECT_EQ(ctoracle_hold(oracle.get(), interface, packet.data(), packet.size(), now, at, &out.verdict, &out.number),
              CTORACLE_OK)
        << ctoracle_message();
    return out;
}

ctoracle_verdict release(const Handle& oracle, std::uint64_t held, std::int64_t now) {
    ctoracle_verdict out{};
    out.size = sizeof out;
    EXPECT_EQ(ctoracle_release(oracle.get(), held, now, &out), CTORACLE_OK) << ctoracle_message();
    return out;
}

/// The DNS race: two first packets of one flow in flight.
TEST_P(EveryTracker, TwoFirstPacketsAreInFlight) {
    for (const char* edition : {"linux-2.6.32", "linux-6.18"}) {
        const Handle oracle = create(edition, GetParam());
        const Held one = hold(oracle, udp(host, 1000, server, 53), 0, CTORACLE_HOLD_BEFORE_FORWARD);
        const Held two = hold(oracle, udp(host, 1000, server, 53), 0, CTORACLE_HOLD_BEFORE_FORWARD);
        EXPECT_EQ(one.verdict.state, CTORACLE_NEW);
        EXPECT_EQ(one.verdict.accepted, 0);
        EXPECT_EQ(one.verdict.stopped, nullptr);
        EXPECT_NE(one.number, two.number);
        EXPECT_TRUE(dump(oracle).empty());
        EXPECT_EQ(release(oracle, one.number, second).accepted, 1);
        const ctoracle_verdict later = release(oracle, two.number, second);
        const bool merged = std::string(edition) == "linux-6.18";
        EXPECT_EQ(later.accepted, merged ? 1 : 0) << edition;
        if (merged)
            EXPECT_EQ(later.stopped, nullptr);
        else
            EXPECT_THAT(later.stopped, StrEq("its tuple is taken by an entry confirmed meanwhile"));
        EXPECT_EQ(dump(oracle).size(), 1U);
    }
}

TEST_P(EveryTracker, APacketInAQueueHasLeftAndStillRefersToItsEntry) {
    const Handle oracle = create("linux-6.18", GetParam(), true);
    const Held queued = hold(oracle, udp(host, 1000, server, 53), 0, CTORACLE_HOLD_BEFORE_FREE, "inside");
    EXPECT_EQ(queued.verdict.accepted, 1);
    EXPECT_EQ(queued.verdict.left_count, 1U);
    EXPECT_EQ(dump(oracle).size(), 1U);
    const ctoracle_verdict out = release(oracle, queued.number, second);
    EXPECT_EQ(out.accepted, 1);
    EXPECT_EQ(out.left_count, 0U) << "it left before";
    EXPECT_EQ(ctoracle_release(oracle.get(), queued.number, second, nullptr), CTORACLE_BAD_ARGUMENT);
}

TEST_P(EveryTracker, WhatIsHeldWhenTheHandleGoesIsFreed) {
    const Handle oracle = create("linux-6.18", GetParam(), true);
    hold(oracle, udp(host, 1000, server, 53), 0, CTORACLE_HOLD_BEFORE_FORWARD, "inside");
    hold(oracle, udp(host, 1001, server, 53), 0, CTORACLE_HOLD_BEFORE_FREE, "inside");
    ASSERT_EQ(ctoracle_flush(oracle.get(), 0), CTORACLE_OK);
    EXPECT_TRUE(dump(oracle).empty());
}

TEST_P(EveryTracker, WhatIsStoppedBeforeIsNotHeld) {
    const Handle oracle = create("linux-6.18", GetParam());
    const Held broken = hold(oracle, Bytes(20, 0x45), 0, CTORACLE_HOLD_BEFORE_FORWARD);
    EXPECT_EQ(broken.number, 0U);
    EXPECT_THAT(broken.verdict.stopped, StrEq("malformed"));
}

TEST_P(EveryTracker, AFullTableTakesNobody) {
    const Handle oracle = create("linux-6.18", GetParam());
    ASSERT_EQ(ctoracle_configure(oracle.get(), "nf_conntrack_max", 10), CTORACLE_OK);
    ASSERT_EQ(ctoracle_fill(oracle.get(), 10, 1, 9, 0), CTORACLE_OK) << ctoracle_message();
    EXPECT_TRUE(dump(oracle).empty()) << "no list shows them";
    const ctoracle_verdict refused = track(oracle, udp(host, 1000, server, 53), second);
    EXPECT_EQ(refused.accepted, 0);
    EXPECT_THAT(refused.clause, StrEq("core.table_full"));
    ASSERT_EQ(ctoracle_flush(oracle.get(), 2 * second), CTORACLE_OK);
    EXPECT_EQ(track(oracle, udp(host, 1000, server, 53), 2 * second).accepted, 1);
}

constexpr const char* masquerades =
    "*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n"
    "-A POSTROUTING -o outside -j MASQUERADE\nCOMMIT\n";

TEST_P(EveryTracker, InterfacesGetOtherAddresses) {
    const Handle oracle = create("linux-6.18", GetParam(), true);
    ASSERT_EQ(ctoracle_rules(oracle.get(), 4, masquerades), CTORACLE_OK) << ctoracle_message();
    const auto source = [&](std::int64_t now) {
        const ctoracle_verdict out = track(oracle, udp(host, 1000, server, 53), now, "inside");
        return out.left_count == 1 ? Bytes(out.left[0].bytes + 12, out.left[0].bytes + 16) : Bytes{};
    };
    EXPECT_THAT(source(0), ElementsAre(192, 0, 2, 1));
    const std::array interfaces = {"inside=10.0.0.1/24", "outside=192.0.2.77/24"};
    ASSERT_EQ(ctoracle_interfaces(oracle.get(), interfaces.data(), interfaces.size(), second), CTORACLE_OK);
    EXPECT_THAT(source(2 * second), ElementsAre(192, 0, 2, 77));
}

/// With NAT loaded, a flow without a rule is given a binding all the same, and its port if that is free.
TEST_P(EveryTracker, NatIsLoadedWithoutRules) {
    const Handle oracle = create("linux-6.18", GetParam(), true);
    track(oracle, udp(host, 1000, server, 53), 0, "inside");
    ASSERT_EQ(ctoracle_nat(oracle.get(), 1), CTORACLE_OK) << ctoracle_message();
    track(oracle, udp(host, 1001, server, 53), 0, "inside");
    constexpr std::uint32_t src_nat_done = 1U << 7U;
    const auto entries = dump(oracle);
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_NE(entries[0].status & src_nat_done, 0U);
    EXPECT_EQ(entries[1].status & src_nat_done, 0U);
}

Bytes segment(bool from_host, oracle::traffic::TcpText text) {
    text.window = 1000;
    return oracle::traffic::tcp_packet(
        from_host ? between(host, server, protocol::tcp) : between(server, host, protocol::tcp), text);
}

TEST_P(EveryTracker, NothingIsExpectedAnyMore) {
    constexpr std::uint8_t syn = 2, ack = 16;
    const std::array modules = {"ftp"};
    const ctoracle_options options{sizeof options,        "linux-2.6.32", GetParam(),    two_interfaces.data(),
                                   two_interfaces.size(), modules.data(), modules.size()};
    for (const bool flushed : {false, true}) {
        ctoracle* created = nullptr;
        ASSERT_EQ(ctoracle_create(&options, &created), CTORACLE_OK) << ctoracle_message();
        const Handle oracle(created);
        track(oracle, segment(true, {.sport = 1000, .dport = 21, .seq = 100, .flags = syn}), 0, "inside");
        track(oracle, segment(false, {.sport = 21, .dport = 1000, .seq = 500, .ack = 101, .flags = syn | ack}), 0,
              "outside");
        // A line is read where the one before it ended.
        oracle::traffic::TcpText says{.sport = 1000, .dport = 21, .seq = 101, .ack = 501, .flags = ack};
        for (const std::string_view line : {"USER x\r\n", "PORT 10,0,0,2,12,1\r\n"}) {
            says.text = line;
            track(oracle, segment(true, says), 0, "inside");
            says.seq += static_cast<std::uint32_t>(line.size());
        }
        if (flushed) {
            ASSERT_EQ(ctoracle_flush_expectations(oracle.get(), 0), CTORACLE_OK);
        }
        constexpr std::uint16_t announced = 12 * 256 + 1;
        const Bytes data = segment(false, {.sport = 20, .dport = announced, .seq = 1, .flags = syn});
        EXPECT_EQ(track(oracle, data, 0, "outside").state, flushed ? CTORACLE_NEW : CTORACLE_RELATED);
    }
}

TEST_P(EveryTracker, TellsWhoSubscribed) {
    const Handle oracle = create("linux-6.18", GetParam());
    std::vector<std::pair<int, std::int64_t>> heard;
    const auto hear = [](const ctoracle_event* event, void* context) {
        static_cast<decltype(heard)*>(context)->emplace_back(event->type, event->now / second);
        EXPECT_EQ(event->entry->original.dst_port, 53);
    };
    std::uint64_t all = 0, ends = 0;
    ASSERT_EQ(ctoracle_subscribe(oracle.get(), CTORACLE_EVENT_NEW | CTORACLE_EVENT_UPDATE, hear, &heard, &all),
              CTORACLE_OK);
    ASSERT_EQ(ctoracle_subscribe(oracle.get(), CTORACLE_EVENT_DESTROY, hear, &heard, &ends), CTORACLE_OK);
    track(oracle, udp(host, 1000, server, 53), 0);
    track(oracle, udp(server, 53, host, 1000), second);
    ASSERT_EQ(ctoracle_unsubscribe(oracle.get(), all), CTORACLE_OK);
    ASSERT_EQ(ctoracle_flush(oracle.get(), 2 * second), CTORACLE_OK);
    track(oracle, udp(host, 1000, server, 53), 3 * second);
    EXPECT_THAT(heard, ElementsAre(std::pair(CTORACLE_EVENT_NEW, 0), std::pair(CTORACLE_EVENT_UPDATE, 1),
                                   std::pair(CTORACLE_EVENT_DESTROY, 2)));
}

TEST_P(EveryTracker, DeletesByEitherTuple) {
    const Handle oracle = create("linux-6.18", GetParam());
    track(oracle, udp(host, 1000, server, 53), 0);
    const ctoracle_tuple reply = dump(oracle).at(0).reply;
    std::int32_t deleted = 0;
    ASSERT_EQ(ctoracle_delete(oracle.get(), &reply, 0, &deleted), CTORACLE_OK);
    EXPECT_EQ(deleted, 1);
    ASSERT_EQ(ctoracle_delete(oracle.get(), &reply, 0, &deleted), CTORACLE_OK);
    EXPECT_EQ(deleted, 0);
}

TEST_P(EveryTracker, HandlesKnowNothingOfEachOther) {
    const Handle one = create("linux-6.18", GetParam()), other = create("linux-2.6.32", GetParam());
    track(one, udp(host, 1000, server, 53), 5 * second);
    EXPECT_EQ(track(other, udp(server, 53, host, 1000), second).direction, CTORACLE_ORIGINAL);
    EXPECT_EQ(dump(one).size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Both, EveryTracker, testing::Values("model", "fast"),
                         [](const auto& tested) { return std::string(tested.param); });

TEST(CLibrary, EditionsDiffer) {
    for (const char* edition : {"linux-2.6.9", "linux-2.6.32", "linux-6.18"}) {
        const Handle oracle = create(edition, "model");
        const Bytes request = oracle::traffic::icmp_packet(between(host, server, protocol::icmp), 8, 0, 7, {});
        const Bytes answer = oracle::traffic::icmp_packet(between(server, host, protocol::icmp), 0, 0, 7, {});
        track(oracle, request, 0);
        track(oracle, answer, 0);
        EXPECT_EQ(track(oracle, request, 0).state,
                  edition == std::string("linux-2.6.9") ? CTORACLE_NEW : CTORACLE_ESTABLISHED)
            << edition;
    }
}

TEST(CLibrary, ShowsTheStatesOfTcp) {
    const Handle oracle = create(nullptr, nullptr);
    track(oracle,
          oracle::traffic::tcp_packet(between(host, server, protocol::tcp),
                                      {.sport = 1000, .dport = 80, .seq = 1, .flags = 2, .window = 1000}),
          0);
    EXPECT_THAT(dump(oracle).at(0).tcp_state, StrEq("SYN_SENT"));
}

TEST(CLibrary, KnowsWhatClausesMean) {
    EXPECT_THAT(ctoracle_clause_meaning("icmp.error.inner_untracked"),
                StrEq("The packet that the error quotes belongs to no entry."));
    EXPECT_EQ(ctoracle_clause_meaning("no.such.clause"), nullptr);
    EXPECT_EQ(ctoracle_clause_meaning(nullptr), nullptr);
}

}  // namespace
}  // namespace conntrack::library

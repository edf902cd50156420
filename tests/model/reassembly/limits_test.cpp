// Time, memory and distance: what is held of fragments, and for how long.
#include "tests/model/reassembly/fragments.hpp"

#include "tests/support/editions.hpp"

namespace conntrack::testing {

namespace {

class Fragments : public EveryEdition {
  protected:
    Reassembler reassembler_{tested()};
    Bytes data_[2] = {datagram(Family::ipv4, 120), datagram(Family::ipv6, 120)};

    Taken take(Family family, const Part& part, Time now = 0) {
        return reassembler_.take(fragment(family, part, data_[family == Family::ipv4 ? 0 : 1]), from_inside, now);
    }
    std::string send(Family family, const char* part, Time now = 0) {
        return outcome_text(take(family, parse_part(part), now));
    }
    [[nodiscard]] bool takes(Family family) const { return family == Family::ipv4 || tested().core.ipv6; }
};

class FragmentsOfIpv6 : public Fragments {};
class FragmentsThatAreGivenUp : public Fragments {};

}  // namespace

CTORACLE_EVERY_EDITION(Fragments);
INSTANTIATE_TEST_SUITE_P(, FragmentsOfIpv6, ::testing::Values(EditionId::linux_2_6_32, EditionId::linux_6_18),
                         edition_test_name);
// linux-6.18 gives up nothing.
INSTANTIATE_TEST_SUITE_P(, FragmentsThatAreGivenUp, ::testing::Values(EditionId::linux_2_6_9, EditionId::linux_2_6_32),
                         edition_test_name);

TEST_P(Fragments, WaitForThirtySecondsAndIpv6ForSixty) {
    for (const auto& [family, timeout] : {std::pair(Family::ipv4, seconds(30)), std::pair(Family::ipv6, seconds(60))}) {
        if (!takes(family)) continue;
        const Time begun = seconds(100);
        send(family, "0-48+", begun);
        send(family, "96-120", begun + seconds(20));
        EXPECT_TRUE(reassembler_.advance(begun + timeout - 1).empty()) << "a later fragment does not prolong it";
        const auto lost = reassembler_.advance(begun + timeout);
        ASSERT_EQ(lost.size(), 1U);
        EXPECT_EQ(lost[0].why, Clause::ip_fragment_timeout);
        EXPECT_EQ(lost[0].fragments, 2U);
        EXPECT_EQ(lost[0].begun, begun);
        EXPECT_EQ(lost[0].when, begun + timeout);
        EXPECT_EQ(lost[0].interface, "inside");
        EXPECT_EQ(lost[0].number, from_inside.number);
        EXPECT_EQ(lost[0].first, fragment(family, parse_part("0-48+"), data_[family == Family::ipv4 ? 0 : 1]));
        EXPECT_EQ(lost[0].answered, is(EditionId::linux_6_18) && family == Family::ipv6);
        EXPECT_EQ(lost[0].answered_if_local, is(EditionId::linux_6_18) && family == Family::ipv4);
        EXPECT_EQ(reassembler_.charged_bytes(family), 0U);
        EXPECT_EQ(send(family, "48-96+", begun + timeout), "w") << "alone again";
        (void)reassembler_.advance(begun + 3 * timeout);
    }
    EXPECT_EQ(reassembler_.waiting_datagrams(), 0U);
}

TEST_P(Fragments, AreAnsweredOnlyIfTheFirstCame) {
    send(Family::ipv4, "48-120");
    send(Family::ipv6, "48-120");
    for (const LostDatagram& lost : reassembler_.advance(seconds(60))) {
        EXPECT_FALSE(lost.answered || lost.answered_if_local);
        EXPECT_TRUE(lost.first.empty());
    }
}

TEST_P(Fragments, RunOutInTheOrderOfTheirDeadlines) {
    send(Family::ipv4, "0-48+i1", seconds(10));
    send(Family::ipv4, "0-48+i2", 0);
    const auto lost = reassembler_.advance(seconds(100));
    ASSERT_EQ(lost.size(), 2U);
    EXPECT_EQ(lost[0].key.id, 2U);
    EXPECT_EQ(lost[1].key.id, 1U);
}

TEST_P(FragmentsOfIpv6, KeepTheTimeThatIsSet) {
    Settings settings(tested());
    settings.set(Setting::frag6_timeout, 2);
    reassembler_.configure(settings);
    send(Family::ipv6, "0-48+");
    EXPECT_EQ(reassembler_.advance(seconds(2)).size(), 1U);
}

TEST_P(Fragments, NeverHoldMoreThanTheirMemory) {
    for (const Family family : {Family::ipv4, Family::ipv6}) {
        if (!takes(family)) continue;
        reassembler_.limit(family, {.high_thresh = 8000, .low_thresh = 5000, .timeout = seconds(30)});
        constexpr std::uint64_t one = Reassembler::queue_charge + 832;  // a small packet, as linux-6.18 counted it
        std::string fates;
        std::size_t lost = 0;
        for (unsigned i = 0; i < 20; ++i) {
            const Taken taken = take(family, {.begin = 0, .end = 48, .more = true, .id = i + 1});
            fates += outcome_text(taken);
            lost += taken.lost.size();
            for (const LostDatagram& l : taken.lost) EXPECT_EQ(l.why, Clause::ip_fragment_memory);
            EXPECT_LE(reassembler_.charged_bytes(family), 8000 + one);
        }
        if (is(EditionId::linux_6_18)) {
            EXPECT_EQ(fates, "wwwwwwwwxxxxxxxxxxxx") << "eight exceed the threshold, then nothing is taken";
            EXPECT_EQ(send(family, "48-120i3"), "x") << "not even what would complete a datagram";
        } else {
            // 8256 bytes after eight: four have to go (4128 are left), then it takes four more to exceed it again.
            EXPECT_EQ(fates, "wwwwwwww!wwww!wwww!wwww");
            EXPECT_EQ(lost, 12U);
            EXPECT_NE(send(family, "48-120i20").find('['), std::string::npos);
        }
    }
}

TEST_P(FragmentsThatAreGivenUp, AreThoseThatWaitedLongest) {
    reassembler_.limit(Family::ipv4, {.high_thresh = 2500, .low_thresh = 2000, .timeout = seconds(30)});
    send(Family::ipv4, "0-48+i1");
    send(Family::ipv4, "0-48+i2");
    send(Family::ipv4, "48-96+i1");  // now the second is the one that waits longest
    const Taken taken = take(Family::ipv4, parse_part("0-48+i3"));
    ASSERT_EQ(taken.lost.size(), 1U);
    EXPECT_EQ(taken.lost[0].key.id, 2U);
}

TEST_P(Fragments, BeginAnewAfterTooManyOthersOfTheirSource) {
    for (const auto& [others, source, completes] :
         {std::tuple(63u, 2u, true), std::tuple(64u, 2u, is(EditionId::linux_2_6_9)), std::tuple(200u, 3u, true)}) {
        Reassembler reassembler(tested());
        const auto put = [&](const Part& part) {
            return outcome_text(reassembler.take(fragment(Family::ipv4, part, data_[0]), from_inside, 0));
        };
        put(parse_part("0-48+"));
        for (unsigned i = 0; i < others; ++i)
            put({.begin = 0, .end = 48, .more = true, .id = 100 + i, .source = source});
        const std::string fate = put(parse_part("48-120"));
        if (completes) {
            EXPECT_NE(fate.find('['), std::string::npos) << others;
        } else {
            EXPECT_EQ(fate, "!w") << "what came before is lost, this one stays";
            EXPECT_NE(put(parse_part("0-48+")).find('['), std::string::npos);
        }
    }
}

TEST_P(Fragments, OfOneIdentifierAreToldApart) {
    const auto two = [&](const Bytes& first, const Bytes& second, const Arrival& a, const Arrival& b) {
        Reassembler reassembler(tested());
        (void)reassembler.take(first, a, 0);
        return std::holds_alternative<WholeDatagram>(reassembler.take(second, b, 0).outcome);
    };
    const Arrival inside{.interface = "inside"}, outside{.interface = "outside"},
        own{.interface = {}, .local_out = true};
    for (const Family family : {Family::ipv4, Family::ipv6}) {
        if (!takes(family)) continue;
        const Bytes& data = data_[family == Family::ipv4 ? 0 : 1];
        Bytes first = fragment(family, parse_part("0-48+"), data),
              second = fragment(family, parse_part("48-120"), data);
        EXPECT_TRUE(two(first, second, inside, outside)) << "not by the interface";
        EXPECT_FALSE(two(first, second, inside, own)) << "but by the hook";
        Bytes other = second;
        other[family == Family::ipv4 ? 9 : 40] = 6;
        EXPECT_EQ(two(first, other, inside, inside), family == Family::ipv6) << "the protocol counts in IPv4";
        if (family == Family::ipv4) continue;
        first[24] = second[24] = 0xff;  // to a group: each link has its own
        EXPECT_EQ(two(first, second, inside, outside), !is(EditionId::linux_6_18));
    }
}

TEST_P(Fragments, OfTooLongADatagramAreDropped) {
    const auto fill = [&](Family family, std::uint32_t until) {
        std::string last;
        for (std::uint32_t at = 0; at < until; at += 1400)
            last =
                outcome_text(take(family, {.begin = at, .end = std::min(at + 1400, until), .more = at + 1400 < until}));
        return last;
    };
    EXPECT_NE(fill(Family::ipv4, 65515).find('['), std::string::npos);
    EXPECT_EQ(reassembler_.charged_bytes(Family::ipv4), 0U);
    for (std::uint32_t at = 0; at < 65520; at += 1456)
        take(Family::ipv4, {.begin = at, .end = std::min(at + 1456, 65520u), .more = at + 1456 < 65520});
    EXPECT_EQ(reassembler_.charged_bytes(Family::ipv4), 0U) << "65540 bytes with the header";
    if (!takes(Family::ipv6)) return;
    EXPECT_EQ(send(Family::ipv6, "65528-65536"), tested().reassembly.ipv6_refused_pass ? "p" : "x");
    EXPECT_EQ(send(Family::ipv6, "65528-65535"), "w");
}

}  // namespace conntrack::testing

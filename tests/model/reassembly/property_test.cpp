// Properties over random fragments and random bytes: any order gives the datagram back, memory is bounded, and after
// the timeouts nothing is held.
#include "tests/model/reassembly/fragments.hpp"

#include "tests/support/editions.hpp"
#include "tests/support/property.hpp"

#include <algorithm>

namespace conntrack::testing {

namespace {

using Reassembly = EveryEdition;

Family a_family(const Edition& edition) {
    return edition.core.ipv6 ? *rc::gen::element(Family::ipv4, Family::ipv6) : Family::ipv4;
}

/// Cuts `bytes` into parts at multiples of eight, and shuffles them.
std::vector<Part> shuffled_parts(std::uint32_t bytes) {
    std::vector<Part> parts;
    for (std::uint32_t at = 0; at < bytes;) {
        // The first part holds all headers: else linux-6.18 does not take it.
        const std::uint32_t step = 8 * *rc::gen::inRange(1u, 60u);
        const std::uint32_t end = std::min(bytes, at + step);
        parts.push_back({.begin = at, .end = end, .more = end < bytes});
        at = end;
    }
    for (std::size_t i = parts.size(); i > 1; --i) std::swap(parts[i - 1], parts[*rc::gen::inRange<std::size_t>(0, i)]);
    return parts;
}

/// A fragment that may have anything wrong with it.
Part any_part() {
    const std::uint32_t begin = 8 * *rc::gen::oneOf(rc::gen::inRange(0u, 20u), rc::gen::inRange(0u, 8192u));
    const std::uint32_t length = *rc::gen::oneOf(rc::gen::inRange(0u, 64u), rc::gen::inRange(0u, 1500u));
    return {.begin = begin,
            .end = begin + length,
            .more = *rc::gen::arbitrary<bool>(),
            .dont_fragment = *rc::gen::arbitrary<bool>(),
            .id = *rc::gen::inRange(0u, 6u),
            .ecn = *rc::gen::inRange(0u, 4u),
            .source = *rc::gen::inRange(1u, 4u)};
}

/// What holds after every packet, whatever it was.
void expect_sound(const Reassembler& reassembler, const Taken& taken, std::uint64_t bound) {
    for (const Family family : {Family::ipv4, Family::ipv6}) RC_ASSERT(reassembler.charged_bytes(family) <= bound);
    const auto* whole = std::get_if<WholeDatagram>(&taken.outcome);
    if (whole == nullptr) return;
    RC_ASSERT(whole->bytes.size() <= 65575U);
    for (const std::uint32_t mtu : {68u, 600u, 1280u, 1500u, 65535u})
        for (const Bytes& piece : refragment(whole->bytes, whole->chunks, mtu, 1)) RC_ASSERT(piece.size() <= 65583U);
}

constexpr std::uint64_t high = 30'000, largest_packet = 70'000;

Reassembler small_reassembler(const Edition& edition) {
    Reassembler reassembler(edition);
    for (const Family family : {Family::ipv4, Family::ipv6})
        reassembler.limit(family, {.high_thresh = high, .low_thresh = 20'000, .timeout = seconds(30)});
    return reassembler;
}

void expect_empty_after_timeout(Reassembler& reassembler, Time now) {
    (void)reassembler.advance(now + seconds(30));
    RC_ASSERT(reassembler.waiting_datagrams() == 0U);
    for (const Family family : {Family::ipv4, Family::ipv6}) RC_ASSERT(reassembler.charged_bytes(family) == 0U);
}

}  // namespace

CTORACLE_EVERY_EDITION(Reassembly);

TEST_P(Reassembly, AnyOrderGivesTheDatagramBack) {
    expect_property([] {
        const Family family = a_family(tested());
        const auto bytes = *rc::gen::inRange(9u, 6000u);
        const Bytes data = datagram(family, bytes);
        Reassembler reassembler(tested());
        const auto parts = shuffled_parts(bytes);
        Taken taken;
        for (const Part& part : parts) {
            RC_ASSERT(!std::holds_alternative<WholeDatagram>(taken.outcome));
            taken = reassembler.take(fragment(family, part, data), from_inside, 0);
            RC_ASSERT(taken.lost.empty());
        }
        if (parts.size() == 1 && !std::holds_alternative<WholeDatagram>(taken.outcome)) return;  // no fragment at all
        RC_ASSERT(std::holds_alternative<WholeDatagram>(taken.outcome));
        const auto& whole = std::get<WholeDatagram>(taken.outcome);
        const std::ptrdiff_t header = family == Family::ipv4 ? 20 : 40;
        RC_ASSERT(Bytes(whole.bytes.begin() + header, whole.bytes.end()) == data);
        RC_ASSERT(reassembler.waiting_datagrams() == 0U);

        // ... and so do the pieces in which it leaves, at any MTU.
        Taken again;
        const std::uint32_t mtu = *rc::gen::inRange(1280u, 1501u);
        Reassembler next(linux_6_18);
        for (const Bytes& piece : refragment(whole.bytes, whole.chunks, mtu, 5)) {
            RC_ASSERT(piece.size() <= std::max<std::size_t>(mtu, whole.chunks.largest));
            again = next.take(piece, from_inside, 0);
        }
        if (const auto* w = std::get_if<WholeDatagram>(&again.outcome)) RC_ASSERT(w->bytes == whole.bytes);
        RC_ASSERT(next.waiting_datagrams() == 0U);
    });
}

TEST_P(Reassembly, HoldsNoMoreThanItsMemoryAndNothingAfterItsTimeout) {
    expect_property([] {
        const Family family = a_family(tested());
        Reassembler reassembler = small_reassembler(tested());
        const Bytes data = datagram(family, 3000);
        Time now = 0;
        const auto count = *rc::gen::inRange(1u, 150u);
        for (unsigned i = 0; i < count; ++i) {
            now += milliseconds(*rc::gen::inRange(0, 800));
            (void)reassembler.advance(now);
            const Arrival from{.interface = *rc::gen::element<std::string>("inside", "outside"),
                               .local_out = *rc::gen::arbitrary<bool>()};
            const Taken taken = reassembler.take(fragment(family, any_part(), data), from, now);
            expect_sound(reassembler, taken, high + largest_packet);
        }
        expect_empty_after_timeout(reassembler, now);
    });
}

TEST_P(Reassembly, TakesAnyBytes) {
    expect_property(
        [] {
            Reassembler reassembler = small_reassembler(tested());
            for (const auto& bytes : *rc::gen::container<std::vector<Bytes>>(rc::gen::arbitrary<Bytes>())) {
                Bytes packet = bytes;
                if (packet.size() > 6) {
                    packet[0] = *rc::gen::element<std::uint8_t>(0x45, 0x46, 0x4f, 0x60, packet[0]);
                    packet[6] = *rc::gen::element<std::uint8_t>(44, 0, 60, 0x20, packet[6]);
                    if (*rc::gen::arbitrary<bool>()) packet.resize(packet.size() + 60);
                }
                expect_sound(reassembler, reassembler.take(packet, from_inside, 0), high + largest_packet);
                (void)too_big(packet, {}, 600);
                (void)refragment(packet, {}, 600, 0);
                (void)refragment(packet, {.sizes = {24, 100}, .largest = 30}, 600, 0);
            }
            expect_empty_after_timeout(reassembler, 0);
        },
        3);
}

TEST(Chunks, PullJoinsTheFrontAndKeepsTheSum) {
    Chunks chunks{.sizes = {28, 8, 8, 40}, .largest = 60};
    chunks.pull(28);
    EXPECT_EQ(chunks.sizes, (std::vector<std::uint32_t>{28, 8, 8, 40}));
    chunks.pull(40);
    EXPECT_EQ(chunks.sizes, (std::vector<std::uint32_t>{40, 4, 40}));
    chunks.pull(44);
    EXPECT_EQ(chunks.sizes, (std::vector<std::uint32_t>{44, 40}));
    chunks.pull(1000);
    EXPECT_EQ(chunks.sizes, (std::vector<std::uint32_t>{84}));
}

}  // namespace conntrack::testing

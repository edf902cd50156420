// Properties over random fragments and random bytes: any order gives the datagram back, memory is bounded, and after
// the timeouts nothing is held.
#include "tests/model/reassembly/any_bytes.hpp"
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

/// Random bytes with a beginning that looks like a fragment now and then.
TEST_P(Reassembly, TakesAnyBytes) {
    expect_property(
        [] {
            Bytes input = {static_cast<std::uint8_t>(GetParam())};
            for (Bytes packet : *rc::gen::container<std::vector<Bytes>>(rc::gen::arbitrary<Bytes>())) {
                if (*rc::gen::arbitrary<bool>()) packet.resize(packet.size() + 60);
                if (packet.size() > 7) {
                    packet[0] = *rc::gen::element<std::uint8_t>(0x45, 0x46, 0x4f, 0x60, packet[0]);
                    packet[2] = packet[4] = 0;
                    packet[3] = packet[5] = static_cast<std::uint8_t>(packet.size());
                    packet[6] = *rc::gen::element<std::uint8_t>(44, 0, 60, 0x20, packet[6]);
                }
                packet.insert(packet.begin(),
                              {static_cast<std::uint8_t>(packet.size() >> 8), static_cast<std::uint8_t>(packet.size()),
                               *rc::gen::arbitrary<std::uint8_t>()});
                input.insert(input.end(), packet.begin(), packet.end());
            }
            const std::string wrong = reassemble_any_bytes(input);
            if (!wrong.empty()) RC_FAIL(wrong);
        },
        3);
}

/// Fragments of all kinds, as bytes.
TEST_P(Reassembly, TakesAnyFragments) {
    expect_property([] {
        const Family family = a_family(tested());
        const Bytes data = datagram(family, 3000);
        Bytes input = {static_cast<std::uint8_t>(GetParam())};
        const auto count = *rc::gen::inRange(1u, 150u);
        for (unsigned i = 0; i < count; ++i) {
            const Bytes packet = fragment(family, any_part(), data);
            const Bytes head = {static_cast<std::uint8_t>(packet.size() >> 8), static_cast<std::uint8_t>(packet.size()),
                                *rc::gen::inRange<std::uint8_t>(0, 8)};
            input.insert(input.end(), head.begin(), head.end());
            input.insert(input.end(), packet.begin(), packet.end());
        }
        const std::string wrong = reassemble_any_bytes(input);
        if (!wrong.empty()) RC_FAIL(wrong);
    });
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

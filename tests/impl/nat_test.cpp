// What the fast tracker promises of translation: nothing is allocated for the packets of a bound flow, and flows that
// are not translated need no more memory than before.
#include "impl/by_source.hpp"
#include "impl/tracker.hpp"
#include "tests/support/packets.hpp"

#include <gtest/gtest.h>
#include <cstdlib>
#include <new>
#include <utility>
#include <vector>

namespace {

std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace conntrack::testing {

namespace {

constexpr Address public_address = Address::v4(0xc000'0201);

NatRange to_public() {
    NatRange range;
    range.map_ips = true;
    range.min = range.max = public_address;
    return range;
}

/// A UDP flow of a host to a server, by its number.
Ends flow(std::uint32_t number, std::uint16_t port = 5000) {
    return {Family::ipv4, Address::v4(0x0a00'0000 + number), Address::v4(0xc000'0302), port, 53};
}

/// Its first packet passes a router that translates its source. Whether it left.
bool open(fast::Tracker& tracker, const Ends& ends) {
    fast::InFlight flight = tracker.begin(udp_packet(ends, Direction::original), 0);
    const fast::Handle entry = flight.entry();
    const bool bound =
        tracker.bind_nothing(entry, Hook::prerouting, 0) && tracker.bind(entry, Hook::postrouting, to_public(), {});
    const bool leaves = bound && tracker.confirm(flight, 0);
    tracker.release(std::move(flight));
    return leaves;
}

std::vector<std::uint8_t> bytes_of(const Ends& ends) {
    std::vector<std::uint8_t> b(28, 0);
    b[0] = 0x45, b[3] = 28, b[8] = 64, b[9] = protocol::udp, b[25] = 8;
    for (std::size_t i = 0; i < 4; ++i) {
        b[12 + i] = static_cast<std::uint8_t>(ends.client.as_v4() >> (24 - 8 * i));
        b[16 + i] = static_cast<std::uint8_t>(ends.server.as_v4() >> (24 - 8 * i));
    }
    b[20] = static_cast<std::uint8_t>(ends.client_port >> 8), b[21] = static_cast<std::uint8_t>(ends.client_port);
    b[23] = 53;
    return b;
}

}  // namespace

TEST(NatOfTheFastTracker, AllocatesNothingForPacketsOfABoundFlow) {
    for (const EditionId id : all_editions) {
        const auto tracker = fast::make_tracker(id);
        const Ends ends = flow(2);
        ASSERT_TRUE(open(*tracker, ends));
        const Packet packet = udp_packet(ends, Direction::original);
        auto bytes = bytes_of(ends);
        const auto before = bytes;
        const std::size_t allocated = allocations;
        fast::InFlight flight = tracker->begin(packet, 0);
        const bool out = tracker->translate(flight.entry(), Direction::original, Hook::prerouting, bytes) &&
                         tracker->translate(flight.entry(), Direction::original, Hook::postrouting, bytes);
        const bool leaves = tracker->confirm(flight, 0);
        tracker->release(std::move(flight));
        EXPECT_EQ(allocations, allocated);
        EXPECT_TRUE(out && leaves);
        EXPECT_EQ(Address::v4(std::uint32_t{bytes[12]} << 24 | std::uint32_t{bytes[13]} << 16 |
                              std::uint32_t{bytes[14]} << 8 | bytes[15]),
                  public_address);
        EXPECT_NE(bytes, before);
    }
}

TEST(NatOfTheFastTracker, TakesMemoryForBoundFlowsAlone) {
    constexpr std::uint32_t count = 10'000;
    const auto tracker = fast::make_tracker(EditionId::linux_6_18);
    tracker->configure(Setting::max, 0);
    const auto each = [&, empty = tracker->shape().bytes] {
        return static_cast<double>(tracker->shape().bytes - empty) / count;
    };
    for (std::uint32_t i = 0; i < count; ++i) {
        const Ends ends = flow(i);
        tracker->track(udp_packet(ends, Direction::original), 0);
    }
    EXPECT_LE(each(), 192);
    EXPECT_EQ(tracker->listed_by_source(), 0U);
    tracker->flush(0);
    for (std::uint32_t i = 0; i < count; ++i)
        ASSERT_TRUE(open(*tracker, flow(i, static_cast<std::uint16_t>(2000 + i))));
    EXPECT_EQ(tracker->listed_by_source(), count);
    EXPECT_LE(each(), 192 + sizeof(fast::PackedNat) + 16);
    tracker->flush(0);
    EXPECT_EQ(tracker->listed_by_source(), 0U);
    EXPECT_EQ(tracker->existing(), 0U);
}

/// Sixty thousand hosts that use one port towards one server get each a port of its own; the next finds none.
TEST(NatOfTheFastTracker, FindsPortsWhileThereAreSome) {
    const auto tracker = fast::make_tracker(EditionId::linux_2_6_32);
    tracker->configure(Setting::max, 0);
    constexpr std::uint32_t ports = 64'512;  // 1024 and above
    std::uint32_t left = 0;
    for (std::uint32_t i = 0; i < ports; ++i) left += open(*tracker, flow(i)) ? 1 : 0;
    EXPECT_EQ(left, ports);
    EXPECT_FALSE(open(*tracker, flow(ports)));
}

/// Where nobody else chooses, searches begin at random: whoever knows one port does not know the next.
TEST(NatOfTheFastTracker, BeginsItsSearchesAtRandom) {
    const auto tracker = fast::make_tracker(EditionId::linux_6_18);
    std::vector<std::uint16_t> chosen;
    for (std::uint32_t i = 0; i < 20; ++i) {
        ASSERT_TRUE(open(*tracker, flow(i)));
        const auto found = tracker->find({flow(i).client, flow(i).server, 5000, 53, protocol::udp, Family::ipv4, 0});
        ASSERT_TRUE(found);
        chosen.push_back(found->entry.reply.dst_part);
    }
    EXPECT_EQ(chosen[0], 5000) << "it was free";
    std::size_t neighbours = 0;
    for (std::size_t i = 2; i < chosen.size(); ++i) neighbours += chosen[i] == chosen[i - 1] + 1 ? 1 : 0;
    EXPECT_LT(neighbours, 3U);
}

}  // namespace conntrack::testing

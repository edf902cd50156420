// Several trackers on threads of their own: flows stay in their shard, and everything at once is no race (the preset
// `thread` builds this with ThreadSanitizer).
#include "impl/shards.hpp"

#include "spec/editions.hpp"
#include "spec/wire/decode.hpp"
#include "tests/support/any_packet.hpp"
#include "tests/support/packets.hpp"

#include <gtest/gtest.h>
#include <atomic>
#include <map>
#include <random>
#include <stdexcept>

namespace conntrack::fast {

namespace {

using testing::PacketData;

constexpr std::uint32_t shards = 4;

std::vector<PacketData> any_packets(std::uint64_t seed, std::size_t count) {
    std::mt19937_64 numbers(seed);
    std::vector<std::uint8_t> noise(count * 64);
    for (auto& byte : noise) byte = static_cast<std::uint8_t>(numbers());
    testing::ByteSource source(noise);
    std::vector<PacketData> out;
    while (out.size() < count) {
        out.push_back(testing::any_packet(source));
        out.push_back(testing::answer_to(out.back(), source));
        out.push_back(testing::error_about(out.back(), source));
    }
    return out;
}

Frame frame_of(const PacketData& bytes) { return {bytes.data(), static_cast<std::uint32_t>(bytes.size()), false}; }

}  // namespace

/// One tracker and four say the same of every packet, but for the numbers of entries.
TEST(ShardsOfATracker, SayWhatOneTrackerSays) {
    for (const EditionId id : all_editions) {
        const auto packets = any_packets(7, 3000);
        const auto one = make_tracker(id);
        Shards four(id, shards);
        std::map<std::uint32_t, std::size_t> used;
        for (std::size_t i = 0; i < packets.size(); ++i) {
            const Frame frame = frame_of(packets[i]);
            Verdict alone, in_shard;
            one->track(std::span(&frame, 1), std::span(&alone, 1), seconds(static_cast<std::int64_t>(i) / 100));
            const std::uint32_t shard = four.shard_of(frame);
            ++used[shard];
            four.post(shard, [&](Tracker& tracker) {
                tracker.track(std::span(&frame, 1), std::span(&in_shard, 1),
                              seconds(static_cast<std::int64_t>(i) / 100));
            });
            four.settle();
            ASSERT_EQ(alone.info, in_shard.info) << i;
            ASSERT_EQ(alone.dir, in_shard.dir) << i;
            ASSERT_EQ(alone.clause, in_shard.clause) << i;
        }
        EXPECT_EQ(used.size(), shards);
    }
}

TEST(ShardsOfATracker, DivideTheMaximum) {
    Shards four(EditionId::linux_6_18, shards);
    four.configure(Setting::max, 10);
    std::atomic<std::uint32_t> sum = 0;
    for (std::uint32_t i = 0; i < shards; ++i)
        four.post(i, [&](Tracker& tracker) { sum += tracker.settings()[Setting::max]; });
    four.settle();
    EXPECT_EQ(sum, 10U);
    EXPECT_THROW(four.configure(Setting::max, 3), std::invalid_argument);
    EXPECT_THROW(Shards(EditionId::linux_6_18, 0), std::invalid_argument);
}

/// Packets that create, hit and evict, time that expires, dumps and settings: all at once.
TEST(ShardsOfATracker, DoEverythingAtOnce) {
    const auto packets = any_packets(11, 3000);
    Shards four(EditionId::linux_6_18, shards);
    four.configure(Setting::max, 40);
    four.configure(Setting::udp_timeout, 1);
    std::atomic<std::uint64_t> tracked = 0, heard = 0;
    for (std::uint32_t i = 0; i < shards; ++i)
        four.post(i, [&](Tracker& tracker) { tracker.observers().add(every_event, [&](const Notice&) { ++heard; }); });

    const auto send = [&](std::size_t first) {
        for (std::size_t i = first; i < packets.size(); i += 2) {
            const Frame frame = frame_of(packets[i]);
            four.post(four.shard_of(frame), [&tracked, frame](Tracker& tracker) {
                Verdict verdict;
                tracker.track(std::span(&frame, 1), std::span(&verdict, 1), tracker.now() + milliseconds(2));
                ++tracked;
            });
        }
    };
    std::thread even([&] { send(0); }), odd([&] { send(1); });
    std::size_t seen = 0;
    for (int i = 0; i < 20; ++i) {
        seen = std::max(seen, four.listed().size());
        four.configure(Setting::tcp_loose, static_cast<std::uint32_t>(i % 2));
    }
    even.join();
    odd.join();
    four.settle();
    EXPECT_EQ(tracked, packets.size());
    EXPECT_GT(heard, 0U);
    EXPECT_LE(seen, 40U);
    four.advance(seconds(10'000'000));
    EXPECT_TRUE(four.listed().empty());
}

}  // namespace conntrack::fast

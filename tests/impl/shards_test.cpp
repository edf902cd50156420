// Several trackers on threads of their own: flows stay in their shard, and everything at once is no race (the preset
// `thread` builds this with ThreadSanitizer).
#include "impl/shards.hpp"

#include "spec/editions.hpp"
#include "spec/tuple_of.hpp"
#include "spec/wire/decode.hpp"
#include "tests/support/any_packet.hpp"
#include "tests/support/packets.hpp"

#include <gtest/gtest.h>
#include <atomic>
#include <future>
#include <map>
#include <mutex>
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

namespace {

constexpr Address public_address = Address::v4(0xc000'0201), private_server = Address::v4(0x0a00'0050);

/// A UDP datagram over IPv4, without a checksum.
PacketData datagram(Address from, std::uint16_t sport, Address to, std::uint16_t dport) {
    PacketData bytes(28, 0);
    bytes[0] = 0x45, bytes[3] = 28, bytes[8] = 64, bytes[9] = protocol::udp, bytes[25] = 8;
    const auto put32 = [&](std::size_t at, std::uint32_t value) {
        for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
    };
    put32(12, from.as_v4());
    put32(16, to.as_v4());
    put32(20, std::uint32_t{sport} << 16 | dport);
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < 20; i += 2) sum += std::uint32_t{bytes[i]} << 8 | bytes[i + 1];
    sum = (sum & 0xffff) + (sum >> 16);
    sum = ~(sum + (sum >> 16));
    bytes[10] = static_cast<std::uint8_t>(sum >> 8), bytes[11] = static_cast<std::uint8_t>(sum);
    return bytes;
}

/// What a router does whose rules translate every source to the public address, and port 80 of that to a server.
struct Forwarded {
    Verdict verdict;
    bool left = false;
    PacketData bytes;
};
Forwarded forward(Tracker& tracker, PacketData bytes, Time now) {
    Forwarded out;
    const auto decoded = wire::decode(bytes, {.checksum = wire::ChecksumPolicy::ignore});
    const auto& packet = std::get<Packet>(decoded);
    InFlight flight = tracker.begin(packet, now);
    out.verdict = flight.verdict();
    if (flight.entry() != no_entry) {
        const bool first = out.verdict.info == CtInfo::new_ && !tracker.decided(flight.entry(), nat::Manip::dst);
        NatRange to;
        to.map_ips = true;
        bool bound = true;
        if (first && packet.dst == public_address) {
            to.min = to.max = private_server;
            bound = tracker.bind(flight.entry(), Hook::prerouting, to, {});
        } else if (first) {
            to.min = to.max = public_address;
            bound = tracker.bind_nothing(flight.entry(), Hook::prerouting, now) &&
                    tracker.bind(flight.entry(), Hook::postrouting, to, {});
        }
        const Direction dir = *out.verdict.dir;
        out.left = bound && tracker.translate(flight.entry(), dir, Hook::prerouting, bytes) &&
                   tracker.translate(flight.entry(), dir, Hook::postrouting, bytes) && tracker.confirm(flight, now);
    }
    tracker.release(std::move(flight));
    out.bytes = std::move(bytes);
    return out;
}

/// The same in the shard to which the packet belongs.
Forwarded forward(Shards& all, const PacketData& bytes, Time now) {
    Forwarded out;
    all.post(all.shard_of(frame_of(bytes)), [&](Tracker& tracker) { out = forward(tracker, bytes, now); });
    all.settle();
    return out;
}

/// The same while others post jobs, too.
Forwarded forward_at_once(Shards& all, const PacketData& bytes) {
    std::promise<Forwarded> done;
    all.post(all.shard_of(frame_of(bytes)),
             [&](Tracker& tracker) { done.set_value(forward(tracker, bytes, tracker.now() + milliseconds(2))); });
    return done.get_future().get();
}

Tuple tuple_in(const PacketData& bytes) {
    const auto decoded = wire::decode(bytes, {.checksum = wire::ChecksumPolicy::ignore});
    return *tuple_of(std::get<Packet>(decoded), linux_6_18, {});
}

PacketData answer(const PacketData& bytes) {
    const Tuple t = tuple_in(bytes);
    return datagram(t.dst, t.dst_part, t.src, t.src_part);
}

}  // namespace

/// Replies to what was translated come to the shard that translated it, and leave as what the client expects.
TEST(ShardsOfATracker, TranslateBothWays) {
    for (const EditionId id : all_editions) {
        Shards four(id, shards);
        std::map<Tuple, std::size_t> left_as;
        for (std::uint32_t i = 0; i < 400; ++i) {
            const bool inward = i % 4 == 0;
            const auto port = static_cast<std::uint16_t>(5000 + i % 3);
            const Address host = Address::v4((inward ? 0xc633'6400 : 0x0a00'0100) + i / 3);
            const PacketData sent =
                inward ? datagram(host, port, public_address, 80) : datagram(host, port, Address::v4(0xc000'0302), 53);
            const Forwarded there = forward(four, sent, 0);
            ASSERT_TRUE(there.left) << i;
            EXPECT_EQ(there.verdict.info, CtInfo::new_);
            EXPECT_EQ(++left_as[tuple_in(there.bytes)], 1U) << "two flows leave as one";
            const Forwarded back = forward(four, answer(there.bytes), 0);
            ASSERT_EQ(back.verdict.info, CtInfo::established) << i;
            EXPECT_EQ(back.verdict.dir, Direction::reply);
            EXPECT_EQ(tuple_in(back.bytes), tuple_in(answer(sent)));
            const Forwarded again = forward(four, sent, 0);
            EXPECT_EQ(again.bytes, there.bytes);
        }
        EXPECT_GT(four.crossing(), 200U) << "most replies have another hash";
        four.advance(seconds(10'000'000));
        EXPECT_EQ(four.crossing(), 0U);
    }
}

/// Hosts that use one port towards one server are kept apart, whichever shards they are in.
TEST(ShardsOfATracker, NeverGiveOneTupleToTwoFlows) {
    Shards four(EditionId::linux_6_18, shards);
    std::mutex mutex;
    std::map<Tuple, std::size_t> left_as;
    std::size_t left = 0;
    const auto send = [&](std::uint32_t half) {
        for (std::uint32_t i = 0; i < 2000; ++i) {
            const PacketData sent =
                datagram(Address::v4(0x0a00'0000 + (i * 2 + half)), 5000, Address::v4(0xc000'0302), 53);
            four.post(four.shard_of(frame_of(sent)), [&, sent](Tracker& tracker) {
                const Forwarded there = forward(tracker, sent, 0);
                const std::lock_guard lock(mutex);
                left += there.left ? 1 : 0;
                if (there.left) ++left_as[tuple_in(there.bytes)];
            });
        }
    };
    std::thread even([&] { send(0); }), odd([&] { send(1); });
    even.join();
    odd.join();
    four.settle();
    EXPECT_GT(left, 3900U);
    for (const auto& [tuple, count] : left_as) ASSERT_EQ(count, 1U) << tuple.src_part;
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

/// Packets that create, hit, translate and evict, time that expires, dumps and settings: all at once.
TEST(ShardsOfATracker, DoEverythingAtOnce) {
    const auto packets = any_packets(11, 3000);
    Shards four(EditionId::linux_6_18, shards);
    four.configure(Setting::max, 40);
    four.configure(Setting::udp_timeout, 1);
    four.configure(Setting::buckets, 8);  // so that there is always somebody to evict
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
    // And packets that are translated, whose replies come from another thread than the requests.
    std::atomic<std::uint64_t> answered = 0;
    const auto translate = [&] {
        for (std::uint32_t i = 0; i < 1500; ++i) {
            const PacketData sent = datagram(Address::v4(0x0a00'0000 + i / 2), 5000, Address::v4(0xc000'0302), 53);
            const Forwarded there = forward_at_once(four, sent);
            if (there.left && forward_at_once(four, answer(there.bytes)).verdict.info == CtInfo::established)
                ++answered;
        }
    };
    std::thread even([&] { send(0); }), odd([&] { send(1); }), translated(translate);
    std::size_t seen = 0;
    for (int i = 0; i < 20; ++i) {
        seen = std::max(seen, four.listed().size());
        four.configure(Setting::tcp_loose, static_cast<std::uint32_t>(i % 2));
    }
    even.join();
    odd.join();
    translated.join();
    four.settle();
    EXPECT_EQ(tracked, packets.size());
    EXPECT_GT(answered, 50U);
    EXPECT_GT(heard, 0U);
    EXPECT_LE(seen, 40U);
    four.advance(seconds(10'000'000));
    EXPECT_TRUE(four.listed().empty());
    EXPECT_EQ(four.crossing(), 0U);
}

}  // namespace conntrack::fast

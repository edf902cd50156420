// A connection need not fall to the shard of its master: it is RELATED all the same, and its master lives as long as
// it.
#include "impl/shards.hpp"
#include "spec/editions.hpp"
#include "tests/support/announcing_packets.hpp"

#include <gtest/gtest.h>
#include <atomic>
#include <set>
#include <string>

namespace conntrack::fast {

namespace {

constexpr std::uint32_t shards = 4;
constexpr Address client = Address::v4(0x0a00'0002), server = Address::v4(0xc000'0202);

class ExpectedInShards : public ::testing::TestWithParam<EditionId> {
  protected:
    Shards all_{GetParam(), shards, {.modules = {.ftp = true}}};
    std::uint32_t last_shard_ = 0;

    Verdict send(const std::vector<std::uint8_t>& packet) {
        const Frame frame{packet.data(), static_cast<std::uint32_t>(packet.size()), false};
        last_shard_ = all_.shard_of(frame);
        Verdict verdict;
        all_.post(last_shard_,
                  [&](Tracker& tracker) { tracker.track(std::span(&frame, 1), std::span(&verdict, 1), seconds(1)); });
        all_.settle();
        return verdict;
    }
    void erase(const Tuple& t) {
        all_.post(all_.shard_of(t), [&](Tracker& tracker) { tracker.erase(t, seconds(1)); });
        all_.settle();
    }
    std::size_t existing() {
        std::atomic<std::size_t> sum = 0;
        for (std::uint32_t i = 0; i < shards; ++i) all_.post(i, [&](Tracker& t) { sum += t.existing(); });
        all_.settle();
        return sum;
    }
};

std::string announcement_of(std::uint16_t port) {
    return "PORT 10,0,0,2," + std::to_string(port >> 8) + "," + std::to_string(port & 255) + "\r\n";
}

}  // namespace

TEST_P(ExpectedInShards, AreRelatedWhicheverShardTheyFallInto) {
    const Tuple control = testing::tcp_tuple(client, 1000, server, 21),
                back = testing::tcp_tuple(server, 21, client, 1000);
    constexpr std::uint8_t syn = 0x02, synack = 0x12;
    send(testing::segment_of(control, 1000, 0, "", syn));
    const std::uint32_t shard_of_master = last_shard_;
    send(testing::segment_of(back, 5000, 1001, "", synack));
    std::uint32_t seq = 1001;
    const auto say = [&](const std::string& line) {
        const Verdict verdict = send(testing::segment_of(control, seq, 5001, line));
        EXPECT_EQ(verdict.info, CtInfo::established);
        seq += static_cast<std::uint32_t>(line.size());
    };
    say("");
    say("USER x\r\n");
    std::set<std::uint32_t> used;
    constexpr std::uint16_t first = 3000, connections = 24;
    for (std::uint16_t port = first; port < first + connections; ++port) {
        say(announcement_of(port));
        const Tuple data = testing::tcp_tuple(server, 20, client, port);
        EXPECT_EQ(send(testing::segment_of(data, 1, 0, "", syn)).info, CtInfo::related) << port;
        used.insert(last_shard_);
        EXPECT_EQ(
            send(testing::segment_of(testing::tcp_tuple(server, 20, client, static_cast<std::uint16_t>(port + 1000)), 1,
                                     0, "", syn))
                .info,
            CtInfo::new_);
    }
    EXPECT_GT(used.size(), 1U) << "connections fell into other shards than their master's, " << shard_of_master;

    // The master goes first, the children one by one.
    erase(control);
    const std::size_t masters = edition(GetParam()).expectation.child_keeps_master ? 1 : 0;
    EXPECT_EQ(existing(), masters + 2 * connections);
    for (std::uint16_t port = first; port < first + connections; ++port) {
        erase(testing::tcp_tuple(server, 20, client, port));
        erase(testing::tcp_tuple(server, 20, client, static_cast<std::uint16_t>(port + 1000)));
    }
    all_.advance(seconds(1));
    EXPECT_EQ(existing(), 0U) << "the last child has let go of its master";
}

INSTANTIATE_TEST_SUITE_P(, ExpectedInShards, ::testing::Values(EditionId::linux_2_6_9, EditionId::linux_2_6_32),
                         [](const auto& info) {
                             return info.param == EditionId::linux_2_6_9 ? "linux_2_6_9" : "linux_2_6_32";
                         });

}  // namespace conntrack::fast

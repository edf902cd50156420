#include "bench/fast/churn.hpp"

#include "bench/fast/connections.hpp"
#include "bench/fast/contest.hpp"
#include "impl/shards.hpp"
#include "spec/tcp/flags.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace conntrack::bench {

namespace {

constexpr std::size_t batch = 4096;

/// Nanoseconds a packet of each batch.
std::vector<double> run_batches(fast::Tracker& tracker, std::uint32_t connections, std::uint32_t& next) {
    constexpr std::size_t batches = 3000;
    Ring ring(batch);
    std::vector<Verdict> verdicts(batch);
    std::mt19937_64 numbers(7);
    Windows windows;
    std::vector<double> out;
    std::uint32_t open_from = next;  // those opened in the last batch, which this one closes
    for (std::size_t b = 0; b < batches; ++b) {
        std::uint32_t closing = open_from;
        open_from = next;
        for (std::size_t i = 0; i < batch; ++i) {
            const std::uint64_t number = numbers();
            const auto any = static_cast<std::uint32_t>((number >> 32) * connections >> 32);
            if (i % 10 == 0)
                ring.write(i, next++, Transport::tcp, false, tcp::flag_syn);
            else if (i % 10 == 5 && closing != open_from)
                ring.write(i, closing++, Transport::tcp, true, tcp::flag_rst | tcp::flag_ack);
            else
                ring.write(i, any, Transport::tcp, (number & 1) != 0, tcp::flag_ack, windows.next());
        }
        const auto begin = thread_time();
        tracker.track(ring.frames(), verdicts, tracker.now() + milliseconds(1));
        out.push_back(static_cast<double>((thread_time() - begin).count()) / batch);
    }
    std::ranges::sort(out);
    return out;
}

/// Nanoseconds a packet that a shard's own thread needs for hits, in each of several rounds.
std::vector<double> hit_shards(fast::Shards& shards, std::uint32_t used, std::uint32_t connections) {
    constexpr std::size_t ring_size = 65'536, rounds = 15;
    std::vector<Ring> rings;
    std::vector<std::vector<Verdict>> verdicts(used, std::vector<Verdict>(ring_size));
    for (std::uint32_t s = 0; s < used; ++s) rings.emplace_back(ring_size);
    std::vector<double> out;
    std::mt19937_64 numbers(3);
    Windows windows;
    for (std::size_t round = 0; round < rounds; ++round) {
        std::vector<std::size_t> filled(used, 0);
        while (std::ranges::any_of(filled, [&](std::size_t n) { return n < ring_size; })) {
            const std::uint64_t number = numbers();
            const auto any = static_cast<std::uint32_t>((number >> 32) * connections >> 32);
            Ring one(1);
            one.write(0, any, Transport::tcp, false, tcp::flag_ack);
            const std::uint32_t shard = shards.shard_of(one.frames()[0]);
            if (shard >= used || filled[shard] == ring_size) continue;
            rings[shard].write(filled[shard]++, any, Transport::tcp, (number & 1) != 0, tcp::flag_ack, windows.next());
        }
        std::vector<double> spent(used);
        for (std::uint32_t s = 0; s < used; ++s)
            shards.post(s, [&, s](fast::Tracker& tracker) {
                const auto begin = thread_time();
                for (std::size_t at = 0; at < ring_size; at += 128)
                    tracker.track(rings[s].frames().subspan(at, 128), std::span(verdicts[s]).subspan(at, 128),
                                  tracker.now());
                spent[s] = static_cast<double>((thread_time() - begin).count()) / ring_size;
            });
        shards.settle();
        out.push_back(*std::ranges::max_element(spent));
    }
    std::ranges::sort(out);
    return out;
}

}  // namespace

void measure_churn(std::uint32_t connections) {
    const auto tracker = fast::make_tracker(EditionId::linux_6_18, {.key = fast::HashKey::from_seed(1)});
    tracker->configure(Setting::max, 0);
    open(*tracker, 0, connections, Transport::tcp);
    std::uint32_t next = connections;
    double best = 0, median = 0, late = 0;
    for (int run = 0; run < 3; ++run) {
        const auto sorted = run_batches(*tracker, connections, next);
        const double half = sorted[sorted.size() / 2], last = sorted[sorted.size() * 999 / 1000];
        if (best != 0 && last / half >= best) continue;
        best = last / half;
        median = half;
        late = last;
    }
    fmt::print(
        "\n{} connections, churn: batches of {} packets, ns a packet: median {:.1f}, 99.9th percentile {:.1f}, "
        "{:.2f} times the median\n",
        connections, batch, median, late, best);
}

void measure_threads(std::uint32_t connections) {
    fast::Shards shards(EditionId::linux_6_18, 2, {.key = fast::HashKey::from_seed(1)});
    shards.configure(Setting::max, 0);
    for (std::uint32_t i = 0; i < connections; ++i) {
        Ring three(3);
        three.write(0, i, Transport::tcp, false, tcp::flag_syn);
        three.write(1, i, Transport::tcp, true, tcp::flag_syn | tcp::flag_ack);
        three.write(2, i, Transport::tcp, false, tcp::flag_ack);
        const auto ring = std::make_shared<Ring>(std::move(three));
        shards.post(shards.shard_of(ring->frames()[0]), [ring](fast::Tracker& tracker) {
            std::array<Verdict, 3> verdicts;
            tracker.track(ring->frames(), verdicts, 0);
        });
        if (i % 1024 == 0) shards.settle();
    }
    shards.settle();
    const auto alone = hit_shards(shards, 1, connections), both = hit_shards(shards, 2, connections);
    const double one = alone[alone.size() / 2], two = both[both.size() / 2];
    fmt::print(
        "{} connections, threads: ns a packet and thread: one alone {:.1f}, two at once {:.1f}; two do {:.2f} "
        "times the work of one\n",
        connections, one, two, 2 * one / two);
}

}  // namespace conntrack::bench

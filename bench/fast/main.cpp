// One table of how fast the fast tracker is, and how fast anything could be: everything in one interleaved run.
#include "bench/fast/chains.hpp"
#include "bench/fast/churn.hpp"
#include "bench/fast/connections.hpp"
#include "bench/fast/contest.hpp"
#include "bench/fast/memory.hpp"
#include "bench/fast/translated.hpp"
#include "impl/prefetch.hpp"
#include "impl/read_frame.hpp"
#include "impl/reserved_array.hpp"
#include "model/tracker.hpp"
#include "spec/editions.hpp"
#include "spec/tcp/flags.hpp"
#include "spec/wire/decode.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace conntrack::bench {

namespace {

constexpr std::size_t ring_size = 65'536, rounds = 7, slices = 4;

struct KeyHash {
    using is_avalanching = void;
    std::size_t operator()(const Key& k) const {
        const auto mix = [](std::uint64_t word) {
            word = (word ^ word >> 32) * 0xe9846af9b1a615d;
            word = (word ^ word >> 32) * 0xe9846af9b1a615d;
            return word ^ word >> 28;
        };
        return mix(k.addresses + mix(k.rest));
    }
};

/// What all contestants of one size share: packets of random connections in both directions, and their keys.
struct Traffic {
    explicit Traffic(std::uint32_t connections) : size(connections) {}

    std::uint32_t size;
    Ring ring{ring_size};
    std::vector<Key> keys = std::vector<Key>(ring_size);
    std::vector<std::uint64_t> places = std::vector<std::uint64_t>(ring_size * 2);
    std::vector<Verdict> verdicts = std::vector<Verdict>(ring_size);
    std::mt19937_64 numbers{42};
    Windows windows;

    /// New packets; connection numbers begin at `first`.
    void fill(Transport transport, std::uint32_t first, std::uint8_t flags) {
        for (std::size_t i = 0; i < ring_size; ++i) {
            const std::uint64_t number = numbers();
            const auto connection = first + static_cast<std::uint32_t>((number >> 32) * size >> 32);
            const bool reply = (number & 1) != 0 && flags != tcp::flag_syn;
            ring.write(i, connection, transport, reply, flags, windows.next());
            keys[i] = key_of(connection, transport, reply);
        }
    }
    /// First packets of connections that are not open: numbers behind `open`, each once.
    void fill_fresh(std::uint32_t open) {
        for (std::size_t i = 0; i < ring_size; ++i)
            ring.write(i, open + 1 + static_cast<std::uint32_t>(i), Transport::tcp, false, tcp::flag_syn);
    }
    void fill_places(std::size_t lines, std::size_t pairs) {
        for (std::size_t i = 0; i < ring_size; ++i) {
            places[2 * i] = (numbers() >> 32) * lines >> 32;
            places[2 * i + 1] = (numbers() >> 32) * pairs >> 32;
        }
    }
};

volatile std::uint64_t sink;

/// The limit: for each packet one line of an index and two of an entry are loaded, fetched in advance, and no more.
class PureLoads {
  public:
    PureLoads(Traffic& traffic, std::size_t lines)
        : traffic_(traffic), lines_(lines), index_(lines), entries_(traffic.size) {
        for (std::size_t i = 0; i < lines; ++i) index_[i].words[0] = i;
        for (std::size_t i = 0; i < traffic.size; ++i) entries_[i].words[0] = entries_[i].words[8] = i;
    }
    void prepare() { traffic_.fill_places(lines_, traffic_.size); }
    /// All packets are known beforehand.
    std::size_t run() {
        constexpr std::size_t ahead = 24;
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < ring_size; ++i) {
            if (i + ahead < ring_size) fetch(i + ahead);
            sum += load(i);
        }
        sink = sum;
        return ring_size;
    }
    /// They come in batches, and nothing is known of the next one while one is worked on.
    std::size_t run_in(std::size_t batch) {
        std::uint64_t sum = 0;
        for (std::size_t at = 0; at < ring_size; at += batch) {
            for (std::size_t i = at; i < at + batch; ++i) fetch(i);
            for (std::size_t i = at; i < at + batch; ++i) sum += load(i);
        }
        sink = sum;
        return ring_size;
    }

  private:
    struct Line {
        std::uint64_t words[8];
    };
    struct Pair {
        std::uint64_t words[16];
    };
    Traffic& traffic_;
    std::size_t lines_;
    fast::ReservedArray<Line> index_;
    fast::ReservedArray<Pair> entries_;

    void fetch(std::size_t i) const {
        fast::prefetch(&index_[traffic_.places[2 * i]]);
        const auto& entry = entries_[traffic_.places[2 * i + 1]];
        fast::prefetch(&entry.words[0]);
        fast::prefetch(&entry.words[8]);
    }
    [[nodiscard]] std::uint64_t load(std::size_t i) const {
        const auto& entry = entries_[traffic_.places[2 * i + 1]];
        return index_[traffic_.places[2 * i]].words[0] + entry.words[0] + entry.words[8];
    }
};

std::size_t parse(Traffic& traffic) {
    std::uint64_t sum = 0;
    fast::PacketFacts facts;
    for (const fast::Frame& frame : traffic.ring.frames()) {
        fast::read_plain(facts, frame, linux_6_18);
        sum += facts.key.parts + facts.segment.end + facts.segment.window;
    }
    sink = sum;
    return ring_size;
}

std::size_t track(Traffic& traffic, fast::Tracker& tracker, std::size_t batch) {
    const auto frames = traffic.ring.frames();
    for (std::size_t at = 0; at < ring_size; at += batch)
        tracker.track(frames.subspan(at, batch), std::span(traffic.verdicts).subspan(at, batch), tracker.now());
    return ring_size;
}

void expect_all(const Traffic& traffic, std::optional<CtInfo> info) {
    const auto good = std::ranges::count_if(traffic.verdicts, [&](const Verdict& v) { return v.info == info; });
    if (static_cast<std::size_t>(good) == ring_size) return;
    fmt::print(stderr, "bench_fast: {} of {} verdicts are not what they should be\n",
               ring_size - static_cast<std::size_t>(good), ring_size);
    std::exit(2);
}

using FlatMap = boost::unordered_flat_map<Key, std::uint32_t, KeyHash>;

std::size_t look_up(Traffic& traffic, const FlatMap& map) {
    std::uint64_t sum = 0;
    for (const Key& key : traffic.keys) sum += map.find(key)->second;
    sink = sum;
    return ring_size;
}

std::unique_ptr<fast::Tracker> tracker_of(std::uint32_t connections, Transport transport) {
    auto tracker = fast::make_tracker(EditionId::linux_6_18, {.key = fast::HashKey::from_seed(1)});
    tracker->configure(Setting::max, 0);
    tracker->configure(Setting::buckets, std::min(connections, buckets_max));
    open(*tracker, 0, connections, transport);
    return tracker;
}

/// The model, with the connections opened by the same packets.
class Model {
  public:
    explicit Model(Traffic& traffic) : traffic_(traffic), tracker_(linux_6_18) {
        tracker_.configure(Setting::max, 0);
        Ring one(1);
        const auto send = [&](std::uint32_t connection, bool reply, std::uint8_t flags) {
            one.write(0, connection, Transport::tcp, reply, flags);
            track_frame(one.frames()[0]);
        };
        for (std::uint32_t i = 0; i < traffic.size; ++i) {
            send(i, false, tcp::flag_syn);
            send(i, true, tcp::flag_syn | tcp::flag_ack);
            send(i, false, tcp::flag_ack);
        }
    }
    std::size_t run() {
        for (const fast::Frame& frame : traffic_.ring.frames()) track_frame(frame);
        return ring_size;
    }

  private:
    Traffic& traffic_;
    Tracker tracker_;

    void track_frame(const fast::Frame& frame) {
        const auto packet = wire::decode({frame.bytes, frame.length}, {.checksum = wire::ChecksumPolicy::ignore});
        sink = tracker_.track(std::get<Packet>(packet), 0).entry;
    }
};

void print(std::uint32_t connections, const std::vector<Contestant>& contestants) {
    const double limit = contestants[0].median() + contestants[1].median(), map = contestants[3].median();
    fmt::print("\n{} connections{:>32}{:>14}{:>14}\n", connections, "ns", "of the limit", "of the map");
    for (const Contestant& c : contestants)
        fmt::print("  {:<36}{:>9.1f}{:>14.2f}{:>14.2f}\n", c.name, c.median(), c.median() / limit, c.median() / map);
    std::fflush(stdout);
}

/// Everything that is tried among so many connections.
class Hits {
  public:
    explicit Hits(std::uint32_t connections)
        : connections_(connections),
          traffic_(connections),
          tcp_(tracker_of(connections, Transport::tcp)),
          udp_(tracker_of(connections, Transport::udp)),
          shape_(tcp_->shape()),
          loads_(traffic_, shape_.buckets) {
        map_.reserve(connections * std::size_t{2});
        for (std::uint32_t i = 0; i < connections; ++i)
            for (const bool reply : {false, true}) map_.emplace(key_of(i, Transport::tcp, reply), i);
        if (connections > 1'000'000) return;
        model_.emplace(traffic_);
        translated_.emplace(connections);
    }

    void measure() {
        add_limits();
        add_hits();
        if (translated_)
            all_.push_back({"fast, TCP, DNAT, packet by packet", [this] { translated_->fill(ring_size); },
                            [this] { return translated_->run(); }, [this] { translated_->check(); }});
        add_misses();
        add_churn();
        if (model_) all_.push_back({"model", [this] { fill_acks(); }, [this] { return model_->run(); }});
        compete(all_, rounds, slices);
        print(connections_, all_);
        fmt::print("  {:.0f} bytes a connection; longest chain {} lines, {:.1f} % of the buckets have more than one\n",
                   static_cast<double>(shape_.bytes) / connections_, shape_.longest_chain,
                   100.0 * static_cast<double>(shape_.overflowing) / static_cast<double>(shape_.buckets));
    }

  private:
    std::uint32_t connections_;
    Traffic traffic_;
    std::unique_ptr<fast::Tracker> tcp_, udp_;
    fast::Shape shape_;
    PureLoads loads_;
    FlatMap map_;
    std::optional<Model> model_;
    std::optional<Translated> translated_;
    std::vector<Contestant> all_;

    void fill_acks() { traffic_.fill(Transport::tcp, 0, tcp::flag_ack); }
    void expect_established() const { expect_all(traffic_, CtInfo::established); }
    void let_expire() { tcp_->advance(tcp_->now() + seconds(121)); }
    void fill_fresh() {
        let_expire();
        tcp_->configure(Setting::max, 0);
        traffic_.fill_fresh(connections_);
    }

    void add_limits() {
        all_.push_back(
            {"limit: loads of 3 lines, fetched ahead", [this] { loads_.prepare(); }, [this] { return loads_.run(); }});
        all_.push_back({"limit: reading the packet", [this] { fill_acks(); }, [this] { return parse(traffic_); }});
        all_.push_back(
            {"limit: loads, in batches of 32", [this] { loads_.prepare(); }, [this] { return loads_.run_in(32); }});
        all_.push_back(
            {"unordered_flat_map, bare lookup", [this] { fill_acks(); }, [this] { return look_up(traffic_, map_); }});
    }
    void add_hits() {
        for (const std::size_t batch : {std::size_t{1}, std::size_t{32}, std::size_t{128}})
            all_.push_back({fmt::format("fast, TCP, batch {}", batch), [this] { fill_acks(); },
                            [this, batch] { return track(traffic_, *tcp_, batch); }, [this] { expect_established(); }});
        all_.push_back({"fast, UDP, batch 128", [this] { traffic_.fill(Transport::udp, 0, 0); },
                        [this] { return track(traffic_, *udp_, 128); }, [this] { expect_established(); }});
    }
    void add_misses() {
        const auto fill = [this] {
            tcp_->advance(tcp_->now() + seconds(121));
            tcp_->configure(Setting::max, connections_);
            traffic_.fill(Transport::tcp, connections_ + 1, tcp::flag_syn);
        };
        all_.push_back({"fast, TCP, table full, all miss", fill, [this] { return track(traffic_, *tcp_, 128); },
                        [this] { expect_all(traffic_, std::nullopt); }});
    }
    void add_churn() {
        all_.push_back({"fast, TCP, creation", [this] { fill_fresh(); }, [this] { return track(traffic_, *tcp_, 128); },
                        [this] { expect_all(traffic_, CtInfo::new_); }});
        all_.push_back({"fast, TCP, expiry",
                        [this] {
                            fill_fresh();
                            track(traffic_, *tcp_, 128);
                        },
                        [this] {
                            const std::size_t before = tcp_->existing();
                            let_expire();
                            return before - tcp_->existing();
                        }});
    }
};

}  // namespace

}  // namespace conntrack::bench

/// Without arguments everything; `chains`: those alone; else hits alone, among so many connections each.
int main(int argc, char** argv) {
    using namespace conntrack::bench;
    if (argc == 2 && std::string_view(argv[1]) == "chains") {
        measure_chains();
        return 0;
    }
    std::vector<std::uint32_t> sizes;
    for (int i = 1; i < argc; ++i) sizes.push_back(static_cast<std::uint32_t>(std::strtoul(argv[i], nullptr, 10)));
    const bool everything = sizes.empty();
    if (everything) sizes = {1'000, 64'000, 1'000'000, 8'000'000};
    for (const std::uint32_t connections : sizes) {
        if (connections == 0 || connections > 16'000'000) {
            fmt::print(stderr, "bench_fast: a number of connections was expected, 1 to 16000000, or chains\n");
            return 2;
        }
        Hits(connections).measure();
    }
    if (!everything) return 0;
    measure_chains();
    measure_memory(10'000'000);
    measure_churn(1'000'000);
    measure_threads(1'000'000);
    return 0;
}

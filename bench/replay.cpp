// Replays a capture of 10 million packets of 10,000 mixed flows through the Boost.MSM model, verdicts included.
#include "oracle/replay/replay.hpp"
#include "bench/capture_writer.hpp"
#include "model/tracker.hpp"

#include <benchmark/benchmark.h>
#include <malloc.h>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace conntrack {

namespace {

std::string make_capture() {
    static const std::string path = [] {
        const auto file = std::filesystem::temp_directory_path() / "ctoracle_bench.pcap";
        bench::write_capture(file.string(), {});
        return file.string();
    }();
    return path;
}

class CountingSink final : public oracle::Sink {
  public:
    void packet(const oracle::PacketReport& report) override {
        ++packets;
        if (report.verdict->info == CtInfo::invalid) ++invalid;
        if (report.verdict->info == CtInfo::new_) ++fresh;
    }
    void end(Tracking& tracker, Time) override { entries = tracker.existing(); }
    std::uint64_t packets = 0, invalid = 0, fresh = 0, entries = 0;
};

/// Reading only: what the capture itself costs.
void read_capture(benchmark::State& state) {
    const std::string path = make_capture();
    std::uint64_t packets = 0;
    for (auto _ : state) {
        oracle::CaptureReader reader(path);
        oracle::Frame frame;
        while (reader.next(frame)) ++packets;
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(packets));
}

void replay(benchmark::State& state, EditionId edition) {
    const std::string path = make_capture();
    std::uint64_t packets = 0;
    for (auto _ : state) {
        CountingSink sink;
        oracle::ReplayOptions options;
        options.edition = edition;
        oracle::replay_capture(path, options, sink);
        packets += sink.packets;
        state.counters["invalid"] = static_cast<double>(sink.invalid);
        state.counters["new"] = static_cast<double>(sink.fresh);
        state.counters["entries_at_end"] = static_cast<double>(sink.entries);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(packets));
}

/// Heap bytes that a table of established TCP connections takes, by entry.
void bytes_per_entry(benchmark::State& state) {
    constexpr std::uint32_t count = 100'000;
    for (auto _ : state) {
        const auto before = mallinfo2().uordblks;
        Tracker tracker(linux_6_18);
        Packet packet;
        packet.protocol = protocol::tcp;
        packet.dst = Address::v4(0xc0000202);
        packet.dport = 80;
        packet.hop_limit = 64;
        packet.length = 40;
        packet.transport_length = packet.transport_available = 20;
        packet.tcp.emplace().flags = 0x02;
        packet.tcp->header_bytes = 20;
        for (std::uint32_t i = 0; i < count; ++i) {
            packet.src = Address::v4(0x0a000000 + i);
            packet.sport = static_cast<std::uint16_t>(1024 + i % 60'000);
            tracker.track(packet, 1);
        }
        if (tracker.linked() != count) std::abort();
        state.counters["bytes_per_entry"] = static_cast<double>(mallinfo2().uordblks - before) / count;
    }
}

BENCHMARK(read_capture)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK_CAPTURE(replay, linux_6_18, EditionId::linux_6_18)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1)
    ->Repetitions(3);
BENCHMARK_CAPTURE(replay, linux_2_6_32, EditionId::linux_2_6_32)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK_CAPTURE(replay, linux_2_6_9, EditionId::linux_2_6_9)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(bytes_per_entry)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace

}  // namespace conntrack

BENCHMARK_MAIN();

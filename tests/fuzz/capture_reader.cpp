// A capture (pcap, pcapng, plain or compressed): every frame is delivered or refused, frames are numbered from 1, and
// what is delivered is replayed under every edition.
#include "oracle/replay/replay.hpp"
#include "oracle/text/entry_text.hpp"
#include "oracle/text/packet_text.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/fuzz/require.hpp"

using namespace conntrack;
using namespace conntrack::oracle;
using conntrack::testing::require;

namespace {

void read_all(CaptureReader& reader) {
    Frame frame;
    for (std::uint64_t number = 1; reader.next(frame); ++number) {
        require(frame.number == number, "frames are numbered one after the other");
        if (const auto* other = std::get_if<NotIp>(&frame.content))
            require(!other->what.empty(), "what is no IP packet is called something");
    }
    require(reader.progress() <= 1.0, "no more is read than there is");
}

/// Puts everything into words, as those sinks do that print.
class Words final : public Sink {
    void packet(const PacketReport& report) override {
        if (report.packet != nullptr) (void)packet_text(*report.packet);
        require(report.verdict != nullptr, "every packet has a verdict");
        last_ = report.item.now;
        require(last_ >= report.item.time, "time does not go back");
    }
    void end(Tracking& tracker, Time now) override {
        tracker.each_listed([&](const Entry& e) { (void)entry_text(e, tracker.edition(), now); });
        require(now >= last_, "the end comes last");
    }
    Time last_ = 0;
};

template <class Read>
void read_or_refuse(const std::string& path, Read read) {
    try {
        read();
    } catch (const InputError& error) {
        require(std::string_view(error.what()).starts_with(path + ":"), "an error names the file");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const conntrack::testing::MemoryFile file(std::span(data, size));
    read_or_refuse(file.path(), [&] {
        CaptureReader reader(file.path());
        read_all(reader);
    });
    for (const EditionId id : all_editions) {
        ReplayOptions options;
        options.edition = id;
        Words words;
        read_or_refuse(file.path(), [&] { replay_capture(file.path(), options, words); });
    }
    return 0;
}

#include "oracle/replay/replay.hpp"

#include "oracle/input/lines.hpp"

#include <array>
#include <exception>
#include <fmt/format.h>
#include <iostream>

namespace conntrack::oracle {

namespace {

/// The stage's own settings, which hold for captures too: counters and events are on.
void set_stage(Tracker& tracker) {
    tracker.configure(Setting::acct, 1);
    tracker.configure(Setting::events, 1);
    tracker.configure(Setting::log_invalid, 255);
}

/// Did the capture cut the packet before its transport header ends? Then nothing can be said of it.
bool header_cut(const Packet& p) {
    if (p.transport_available >= p.transport_length || p.fragment) return false;
    std::uint32_t needed = 8;
    if (p.protocol == protocol::tcp) needed = p.tcp ? p.tcp->header_bytes : 20;
    return p.transport_available < std::min(needed, p.transport_length);
}

class CaptureReplay {
  public:
    CaptureReplay(const std::string& path, const ReplayOptions& options, Sink& sink)
        : path_(path),
          options_(options),
          sink_(sink),
          reader_(path),
          tracker_(conntrack::edition(options.edition.value_or(EditionId::linux_6_18)),
                   {.modules = {}, .later_notifier = options.later_notifier}) {
        set_stage(tracker_);
    }

    void run() {
        std::exception_ptr failure;
        Frame frame;
        try {
            while (reader_.next(frame)) {
                play(frame);
                if (frame.number == options_.last_item) break;
                if (options_.progress && frame.number % 4096 == 0) options_.progress(reader_.progress());
            }
        } catch (const InputError&) {
            failure = std::current_exception();
        }
        if (!started_) start(0);
        sink_.end(tracker_, now_);
        if (failure) std::rethrow_exception(failure);
    }

  private:
    const std::string& path_;
    const ReplayOptions& options_;
    Sink& sink_;
    CaptureReader reader_;
    Tracker tracker_;
    Time now_ = 0;
    bool started_ = false;

    void start(Time at) {
        started_ = true;
        now_ = at;
        tracker_.advance(at);
        if (options_.prepare) options_.prepare(tracker_, at);
        sink_.begin(tracker_);
    }

    void warn(const Frame& frame, std::string_view what) const {
        if (options_.warn) options_.warn(fmt::format("{}: frame {}: {}", path_, frame.number, what));
    }

    void play(const Frame& frame) {
        if (!started_) start(frame.time);
        now_ = std::max(now_, frame.time);  // frames of several processors may stand a little out of order
        const Item item{frame.number, frame.time};
        tracker_.advance(now_);
        sink_.time_passed(item);
        if (const auto* other = std::get_if<NotIp>(&frame.content)) return sink_.no_packet(item, other->what);

        const auto bytes = std::get<std::span<const std::uint8_t>>(frame.content);
        const auto decoded = wire::decode(
            bytes, {.checksum = options_.checksum.value_or(wire::ChecksumPolicy::automatic), .cut = frame.cut});
        PacketReport report;
        report.item = item;
        report.bytes = bytes;
        Verdict unseen;
        if (const auto* malformed = std::get_if<wire::Malformed>(&decoded)) {
            if (frame.cut) warn(frame, "cut by the capture before its headers end; not tracked");
            report.malformed = malformed->what;
            report.verdict = &unseen;
            if (options_.before_packet) options_.before_packet(tracker_, report);
            return sink_.packet(report);
        }
        const Packet& packet = std::get<Packet>(decoded);
        if (header_cut(packet)) {
            warn(frame, "cut by the capture before its headers end; not tracked");
            return sink_.no_packet(item, "cut by the capture before its headers end");
        }
        report.packet = &packet;
        if (options_.before_packet) options_.before_packet(tracker_, report);
        InFlight flight = tracker_.begin(packet, now_, options_.trace);
        tracker_.confirm(flight, now_);
        report.verdict = &flight.verdict();
        report.entry = flight.entry();
        sink_.packet(report);
        tracker_.release(std::move(flight));
    }
};

}  // namespace

bool is_capture(const std::string& path) {
    std::array<char, 4> first{};
    if (path == "-") {
        // One character must do: more cannot be put back into a pipe.
        const int c = std::cin.peek();
        return c == 0xa1 || c == 0xd4 || c == 0x4d || c == 0x0a || c == 0x34;
    }
    const auto in = open_input(path);
    try {
        in->read(first.data(), first.size());
    } catch (const std::ios_base::failure& e) {
        throw InputError(path, std::string("the file is damaged: ") + e.what());
    }
    std::array<std::uint8_t, 4> bytes{};
    for (std::size_t i = 0; i < first.size(); ++i) bytes[i] = static_cast<std::uint8_t>(first[i]);
    return looks_like_capture(std::span(bytes).first(static_cast<std::size_t>(in->gcount())));
}

void replay_capture(const std::string& path, const ReplayOptions& options, Sink& sink) {
    CaptureReplay(path, options, sink).run();
}

void replay_scenario(const Scenario& scenario, const ReplayOptions& options, Sink& sink) {
    if (auto why = unplayable(scenario)) throw InputError(scenario.name, "uses " + *why + ", which this version does not model");
    for (std::size_t i = 0; i < scenario.steps.size(); ++i)
        if (auto why = unplayable(scenario.steps[i]))
            throw InputError(scenario.name, fmt::format("step {} uses {}, which this version does not model", i, *why));

    Player player(scenario, options.edition.value_or(scenario.edition),
                  {.checksum = options.checksum.value_or(wire::ChecksumPolicy::verify),
                   .later_notifier = options.later_notifier,
                   .trace = options.trace});
    if (options.prepare) options.prepare(player.tracker(), 0);
    sink.begin(player.tracker());
    Time now = 0;
    for (std::size_t i = 0; i < scenario.steps.size() && i <= options.last_item; ++i) {
        const Step& step = scenario.steps[i];
        const Item item{i, step.at};
        now = step.at;
        player.advance(step.at);
        sink.time_passed(item);
        bool reported = false;
        const auto* packet_step = std::get_if<PacketStep>(&step.action);
        PacketReport report;
        report.item = item;
        if (packet_step != nullptr) report.bytes = packet_step->bytes;
        player.before_packet([&](const Packet& packet) {
            report.packet = &packet;
            if (options.before_packet) options.before_packet(player.tracker(), report);
        });
        player.on_packet([&](const Packet& packet, const Verdict& verdict, const Entry* entry) {
            report.packet = &packet;
            report.verdict = &verdict;
            report.entry = entry;
            sink.packet(report);
            reported = true;
        });
        const StepResult result = player.play(step);
        if (packet_step != nullptr && !reported) {
            report.malformed = result.malformed;
            report.verdict = &*result.verdict;
            if (options.before_packet) options.before_packet(player.tracker(), report);
            sink.packet(report);
        }
        if (packet_step == nullptr) sink.other_step(item, step.json);
        sink.recorded(result.json);
    }
    sink.end(player.tracker(), now);
}

}  // namespace conntrack::oracle

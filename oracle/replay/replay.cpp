#include "oracle/replay/replay.hpp"

#include "oracle/input/lines.hpp"

#include <fmt/format.h>
#include <array>
#include <exception>
#include <limits>

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

/// Releases a packet in flight, also when a sink could not write.
class Landing {
  public:
    Landing(Tracker& tracker, InFlight& flight) : tracker_(tracker), flight_(flight) {}
    Landing(const Landing&) = delete;
    Landing& operator=(const Landing&) = delete;
    ~Landing() { tracker_.release(std::move(flight_)); }

  private:
    Tracker& tracker_;
    InFlight& flight_;
};

class CaptureReplay {
  public:
    CaptureReplay(const std::string& path, const ReplayOptions& options, Sink& sink)
        : path_(path),
          options_(options),
          sink_(sink),
          reader_(path),
          tracker_(conntrack::edition(options.edition.value_or(EditionId::linux_6_18)),
                   {.modules = {}, .later_notifier = options.later_notifier}),
          reassembler_(tracker_.edition()) {
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
        if (options_.progress) options_.progress(1);
        if (!begun_ && !failure) start(0);
        if (frame.number != options_.last_item) warn_of_incomplete_datagrams();
        if (begun_) sink_.end(tracker_, now_);
        if (failure) std::rethrow_exception(failure);
    }

  private:
    const std::string& path_;
    const ReplayOptions& options_;
    Sink& sink_;
    CaptureReader reader_;
    Tracker tracker_;
    Reassembler reassembler_;
    Time now_ = 0;
    bool begun_ = false;

    void start(Time at) {
        now_ = at;
        tracker_.advance(at);
        if (options_.prepare) options_.prepare(tracker_, at, options_.warn);
        reassembler_.configure(tracker_.settings());
        sink_.begin(tracker_);
        begun_ = true;
    }

    void warn(const Frame& frame, std::string_view what) const {
        options_.warn(fmt::format("{}: frame {}: {}", path_, frame.number, what));
    }

    void tell(const std::vector<LostDatagram>& all) const {
        for (const LostDatagram& lost : all) sink_.fragments_lost(lost);
    }

    void pass_time(const Item& item) {
        tracker_.advance(now_);
        sink_.time_passed(item);
        tell(reassembler_.advance(now_));
    }

    void play(const Frame& frame) {
        if (!begun_) start(frame.time);
        now_ = std::max(now_, frame.time);  // frames of several processors may stand a little out of order
        PacketReport report;
        report.item = {frame.number, frame.time, now_, frame.several_interfaces ? frame.interface : std::string_view()};
        pass_time(report.item);
        if (const auto* other = std::get_if<NotIp>(&frame.content)) return sink_.no_packet(report.item, other->what);
        report.bytes = std::get<std::span<const std::uint8_t>>(frame.content);
        const auto decoded = decode(report.bytes, frame.cut);
        if (const auto* malformed = std::get_if<wire::Malformed>(&decoded)) {
            if (frame.cut) warn(frame, "cut by the capture before its headers end; not tracked");
            report.malformed = malformed->what;
            return leave_unseen(report, Verdict{});
        }
        report.packet = &std::get<Packet>(decoded);
        play_packet(frame, report);
    }

    /// Reassembly, then tracking.
    void play_packet(const Frame& frame, PacketReport& report) {
        const Taken taken = reassembler_.take(report.bytes, {.interface = {}, .number = frame.number}, now_);
        tell(taken.lost);
        Verdict unseen;
        unseen.clause = Clause::ip_fragment_waiting;
        if (std::holds_alternative<Waits>(taken.outcome)) return leave_unseen(report, unseen);
        if (const auto* dropped = std::get_if<DroppedFragment>(&taken.outcome)) {
            unseen.clause = dropped->why;
            return leave_unseen(report, unseen);
        }
        const auto* whole = std::get_if<WholeDatagram>(&taken.outcome);
        if (whole == nullptr) return track(frame, *report.packet, report);
        report.fragments = whole->fragments;
        track(frame, std::get<Packet>(decode(whole->bytes, whole->cut)), report);
    }

    void leave_unseen(PacketReport& report, const Verdict& verdict) {
        report.verdict = &verdict;
        if (options_.before_packet) options_.before_packet(tracker_, report);
        sink_.packet(report);
    }

    void track(const Frame& frame, const Packet& packet, PacketReport& report) {
        if (header_cut(packet)) {
            warn(frame, "cut by the capture before its headers end; not tracked");
            return sink_.no_packet(report.item, "cut by the capture before its headers end");
        }
        report.packet = &packet;
        if (options_.before_packet) options_.before_packet(tracker_, report);
        InFlight flight = tracker_.begin(packet, now_, options_.trace);
        const Landing landing(tracker_, flight);
        tracker_.confirm(flight, now_);
        report.verdict = &flight.verdict();
        report.entry = flight.entry();
        sink_.packet(report);
    }

    [[nodiscard]] std::variant<Packet, wire::Malformed> decode(std::span<const std::uint8_t> bytes, bool cut) const {
        return wire::decode(bytes, {.checksum = options_.checksum.value_or(wire::ChecksumPolicy::automatic),
                                    .cut = cut,
                                    .udplite_length_byte = tracker_.edition().core.udplite_sums_length_byte,
                                    .loopback = true});
    }

    void warn_of_incomplete_datagrams() {
        const auto lost = reassembler_.advance(std::numeric_limits<Time>::max());
        if (lost.empty()) return;
        options_.warn(
            fmt::format("{}: where it ends, {} datagram{} waiting for fragments; the first of them is frame {}", path_,
                        lost.size(), lost.size() == 1 ? " is" : "s are", lost.front().number));
    }
};

}  // namespace

bool is_capture(const std::string& path) {
    const auto in = open_input(path);
    // Of standard input one character must do: more cannot be put back into a pipe.
    if (path == "-") {
        const int first = in->peek();
        if (first == std::char_traits<char>::eof()) throw InputError(path, "standard input is empty");
        return first == 0xa1 || first == 0xd4 || first == 0x4d || first == 0x0a || first == 0x34;
    }
    std::array<std::uint8_t, 4> bytes{};
    std::size_t count = 0;
    try {
        for (char c = 0; count < bytes.size() && in->get(c);) bytes[count++] = static_cast<std::uint8_t>(c);
    } catch (const std::ios_base::failure&) {
        if (count == 0) throw InputError(path, "the compressed file is damaged or ends too early");
    }
    if (count == 0) throw InputError(path, "is empty");
    return looks_like_capture(std::span(bytes).first(count));
}

void replay_capture(const std::string& path, const ReplayOptions& options, Sink& sink) {
    CaptureReplay(path, options, sink).run();
}

void require_playable(const Scenario& scenario, const std::string& path) {
    for (std::size_t i = 0; i < scenario.steps.size(); ++i)
        if (auto why = unplayable(scenario.steps[i]))
            throw InputError(path, fmt::format("step {} uses {}, which this version does not model", i, *why));
    if (auto why = unplayable(scenario))
        throw InputError(path, fmt::format("the scenario uses {}, which this version does not model", *why));
}

namespace {

class ScenarioReplay {
  public:
    ScenarioReplay(const Scenario& scenario, const ReplayOptions& options, Sink& sink)
        : scenario_(scenario),
          options_(options),
          sink_(sink),
          player_(scenario, options.edition.value_or(scenario.edition),
                  {.checksum = options.checksum.value_or(wire::ChecksumPolicy::verify),
                   .later_notifier = options.later_notifier,
                   .trace = options.trace}) {}

    void run() {
        if (options_.prepare) options_.prepare(player_.tracker(), 0, options_.warn);
        sink_.begin(player_.tracker());
        player_.before_packet([this](const Packet& packet) {
            report_.packet = &packet;
            if (options_.before_packet) options_.before_packet(player_.tracker(), report_);
        });
        player_.on_packet([this](const Passage& passage) {
            if (!passage.arrived) return;
            report_.packet = &*passage.arrived;
            report_.verdict = &passage.flight.verdict();
            report_.entry = passage.flight.entry();
            report_.passage = &passage;
            tell_packet();
        });
        Time now = 0;
        for (std::size_t i = 0; i < scenario_.steps.size() && i <= options_.last_item; ++i) {
            play(i, scenario_.steps[i]);
            now = scenario_.steps[i].at;
        }
        sink_.end(player_.tracker(), now);
    }

  private:
    const Scenario& scenario_;
    const ReplayOptions& options_;
    Sink& sink_;
    Player player_;
    PacketReport report_;  // of the step that is being played
    bool told_ = false;
    std::exception_ptr failure_;

    /// The packet is still in flight: a sink that cannot write must not keep the player from releasing it.
    void tell_packet() {
        told_ = true;
        try {
            sink_.packet(report_);
        } catch (...) {
            failure_ = std::current_exception();
        }
    }

    void play(std::size_t number, const Step& step) {
        const Item item{number, step.at};
        const auto* packet_step = std::get_if<PacketStep>(&step.action);
        report_ = {};
        report_.item = item;
        if (packet_step != nullptr) report_.bytes = packet_step->bytes;
        told_ = false;
        player_.advance(step.at);
        sink_.time_passed(item);
        const StepResult result = player_.play(step);
        if (failure_) std::rethrow_exception(failure_);
        if (packet_step == nullptr) {
            sink_.other_step(item, step.json);
        } else if (!told_) {
            report_.malformed = result.malformed;
            report_.verdict = &*result.verdict;
            if (options_.before_packet) options_.before_packet(player_.tracker(), report_);
            sink_.packet(report_);
        }
        sink_.recorded(result.json);
    }
};

}  // namespace

void replay_scenario(const Scenario& scenario, const ReplayOptions& options, Sink& sink) {
    ScenarioReplay(scenario, options, sink).run();
}

}  // namespace conntrack::oracle

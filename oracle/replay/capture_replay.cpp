#include "oracle/replay/replay.hpp"

#include "model/landing.hpp"
#include "oracle/input/lines.hpp"
#include "oracle/replay/router_outputs.hpp"
#include "oracle/replay/rule_remarks.hpp"
#include "oracle/text/packet_text.hpp"

#include <fmt/format.h>
#include <array>
#include <exception>
#include <limits>

namespace conntrack::oracle {

namespace {

/// Did the capture cut the packet before its transport header ends? Then nothing can be said of it.
bool header_cut(const Packet& p) {
    if (p.transport_available >= p.transport_length || p.fragment) return false;
    std::uint32_t needed = 8;
    if (p.protocol == protocol::tcp) needed = p.tcp ? p.tcp->header_bytes : 20;
    return p.transport_available < std::min(needed, p.transport_length);
}

/// What surrounds a captured router: its links carry what the capture shows (also segments that a card has put
/// together), and what its programs answer is in the capture.
constexpr PacketPath::Surroundings around_captures = {.link_mtu = std::numeric_limits<std::uint32_t>::max(),
                                                      .answers_as_host = false};

/// The router that a capture's packets pass.
struct CapturedRouter {
    CapturedRouter(Tracking& tracker, const RouterSetup& setup)
        : path(tracker, setup.interfaces.empty() ? default_interfaces() : setup.interfaces, around_captures) {
        path.change_rules(setup.rules());
    }
    PacketPath path;
    RouterOutputs outputs;
};

class CaptureReplay {
  public:
    CaptureReplay(const std::string& path, const ReplayOptions& options, Sink& sink)
        : path_(path),
          options_(options),
          sink_(sink),
          reader_(path),
          tracker_(make_tracking(options.tracker, options.edition.value_or(EditionId::linux_6_18), options.modules,
                                 options.later_notifier)),
          reassembler_(tracker_->edition()) {
        set_stage(*tracker_);
        if (options.router.is_given()) router_.emplace(*tracker_, options.router);
        remark_on_rules(options.router.rules(), tracker_->edition(), "--rules", options.warn);
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
        if (begun_) sink_.end(*tracker_, now_);
        if (failure) std::rethrow_exception(failure);
    }

  private:
    const std::string& path_;
    const ReplayOptions& options_;
    Sink& sink_;
    CaptureReader reader_;
    std::unique_ptr<Tracking> tracker_;
    Reassembler reassembler_;
    std::optional<CapturedRouter> router_;
    Time now_ = 0;
    bool begun_ = false;

    void start(Time at) {
        now_ = at;
        tracker_->advance(at);
        if (options_.prepare) options_.prepare(*tracker_, at, options_.warn);
        reassembler_.configure(tracker_->settings());
        if (router_) router_->path.settings_changed();
        sink_.begin(*tracker_);
        begun_ = true;
    }

    void warn(const Frame& frame, std::string_view what) const {
        options_.warn(fmt::format("{}: frame {}: {}", path_, frame.number, what));
    }

    void tell(const std::vector<LostDatagram>& all) const {
        for (const LostDatagram& lost : all) sink_.fragments_lost(lost, nullptr);
    }

    void pass_time(const Item& item) {
        PacketPath::Elapsed elapsed;
        if (router_)
            elapsed = router_->path.advance(now_);
        else
            tracker_->advance(now_);
        for (const auto& told : elapsed.told) router_->outputs.add(told.number, told.first, now_);
        sink_.time_passed(item);
        tell(router_ ? elapsed.lost : reassembler_.advance(now_));
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
        if (router_)
            pass_router(frame, report);
        else
            play_packet(frame, report);
    }

    // --- through a router ------------------------------------------------------------------------------------------

    /// The interface by which a frame comes: the one it was captured on, or the one behind which its source lies.
    [[nodiscard]] std::string way_in(const Frame& frame, const Packet& packet) const {
        const Router& router = router_->path.router();
        std::string captured_on(frame.interface);
        if (router.interface_named(captured_on) != nullptr) return captured_on;
        const std::size_t behind = router.interface_towards(packet.family, packet.src);
        return behind < router.interfaces().size() ? router.interfaces()[behind].name : std::string();
    }

    void pass_router(const Frame& frame, PacketReport& report) {
        const Packet& packet = *report.packet;
        const Router& router = router_->path.router();
        if (header_cut(packet)) return tell_cut(frame, report.item);
        const bool known = router.interface_named(std::string(frame.interface)) != nullptr;
        if (const auto seen = router_->outputs.recognise(
                report.bytes.first(std::min<std::size_t>(report.bytes.size(), packet.length)),
                known ? frame.interface : std::string_view(), now_))
            return sink_.left_router(report.item, packet, *seen);
        const bool own = router.is_own(packet.family, packet.src);
        const std::string in = own ? std::string() : way_in(frame, packet);
        if (!own && in.empty()) return sink_.no_packet(report.item, "no interface leads to its source");
        if (own && router.interface_towards(packet.family, packet.dst) == router.interfaces().size())
            return sink_.no_packet(report.item, "sent by the router, and no interface leads to its destination");
        take_through(frame, in, report);
    }

    /// `in`: the interface by which the packet comes; empty: the router sends it itself.
    void take_through(const Frame& frame, const std::string& in, PacketReport& report) {
        bool told = false;
        const PacketPath::Options how{.checksum = options_.checksum.value_or(wire::ChecksumPolicy::automatic),
                                      .trace = options_.trace,
                                      .before_tracking =
                                          [&](const Packet& packet) {
                                              told = true;
                                              report.packet = &packet;
                                              if (options_.before_packet) options_.before_packet(*tracker_, report);
                                          },
                                      .cut = frame.cut,
                                      .loopback = true,
                                      .number = frame.number,
                                      .keeps_chains = options_.keeps_chains};
        std::vector<std::uint8_t> bytes(report.bytes.begin(), report.bytes.end());
        PacketPath& path = router_->path;
        Passage passage =
            in.empty() ? path.originate(std::move(bytes), now_, how) : path.enter(std::move(bytes), in, now_, how);
        const Landing landing(*tracker_, passage.flight);
        path.go_on(passage, now_);
        tell(passage.lost);
        router_->outputs.add(frame.number, passage, now_);
        const Verdict verdict = passage.verdict();
        report.packet = passage.arrived ? &*passage.arrived : nullptr;
        report.malformed = passage.malformed;
        report.fragments = passage.fragments;
        report.verdict = &verdict;
        report.entry = passage.flight.entry();
        report.passage = &passage;
        if (!told && options_.before_packet) options_.before_packet(*tracker_, report);
        sink_.packet(report);
        tell_log(report.item);
    }

    // --- accepted as it is -----------------------------------------------------------------------------------------

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
        if (whole == nullptr) return track(frame, *report.packet, report.bytes, report);
        report.fragments = whole->fragments;
        track(frame, std::get<Packet>(decode(whole->bytes, whole->cut, true)), whole->bytes, report);
    }

    void tell_cut(const Frame& frame, const Item& item) {
        warn(frame, "cut by the capture before its headers end; not tracked");
        sink_.no_packet(item, "cut by the capture before its headers end");
    }

    void leave_unseen(PacketReport& report, const Verdict& verdict) {
        report.verdict = &verdict;
        if (options_.before_packet) options_.before_packet(*tracker_, report);
        sink_.packet(report);
    }

    void track(const Frame& frame, const Packet& packet, std::span<const std::uint8_t> bytes, PacketReport& report) {
        if (header_cut(packet)) return tell_cut(frame, report.item);
        report.packet = &packet;
        if (options_.before_packet) options_.before_packet(*tracker_, report);
        Template from;
        from.bytes = bytes.first(std::min<std::size_t>(bytes.size(), packet.length));
        std::vector<std::uint8_t> for_helpers(from.bytes.begin(), from.bytes.end());
        InFlight flight = tracker_->begin(packet, now_, options_.trace, from);
        const Landing landing(*tracker_, flight);
        tracker_->confirm(flight, now_, &for_helpers);
        report.verdict = &flight.verdict();
        report.entry = flight.entry();
        sink_.packet(report);
        tell_log(report.item);
    }

    void tell_log(const Item& item) {
        if (const auto lines = tracker_->take_log(); !lines.empty()) sink_.kernel_log(item, lines);
    }

    [[nodiscard]] std::variant<Packet, wire::Malformed> decode(std::span<const std::uint8_t> bytes, bool cut,
                                                               bool put_together = false) const {
        return wire::decode(bytes, {.checksum = options_.checksum.value_or(wire::ChecksumPolicy::automatic),
                                    .cut = cut,
                                    .udplite_length_byte = tracker_->edition().core.udplite_sums_length_byte,
                                    .loopback = true,
                                    .options_judged = put_together});
    }

    void warn_of_incomplete_datagrams() {
        const auto lost =
            router_ ? router_->path.give_up_fragments() : reassembler_.advance(std::numeric_limits<Time>::max());
        if (lost.empty()) return;
        options_.warn(fmt::format("{}: {}", path_, waiting_text(lost, "frame")));
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

}  // namespace conntrack::oracle

#include "oracle/replay/explain.hpp"

#include "oracle/record/scenario_json.hpp"
#include "oracle/replay/flow_filter.hpp"
#include "oracle/text/addresses.hpp"
#include "oracle/text/association_text.hpp"
#include "oracle/text/entry_text.hpp"
#include "oracle/text/expectation_text.hpp"
#include "oracle/text/packet_text.hpp"
#include "oracle/text/proc_text.hpp"
#include "oracle/text/way_text.hpp"
#include "oracle/text/window_text.hpp"
#include "spec/clause_table.hpp"
#include "spec/tuple_of.hpp"

#include <fmt/format.h>
#include <iterator>

namespace conntrack::oracle {

namespace {

/// What is known of the wanted packet after a replay under one edition.
struct Explained {
    bool found = false;
    std::optional<SeenOutput> output;   // the frame shows what the router sent
    std::string no_packet;              // the frame or step is there, but holds none
    std::optional<std::uint64_t> last;  // the number of the last frame or step that was met
    Time time = 0;
    std::string interface;
    std::optional<Packet> packet;
    std::size_t fragments = 1;
    std::string malformed;
    Verdict verdict;
    std::string released;  // the name of a packet that was held
    std::string before, after, events, evicted, way, fate, bindings;
    Trace trace;
};

/// `passage`: the packet's way so far, if it has begun one.
std::string full_entry(const Entry& entry, const Passage* passage, const Edition& edition, Time now) {
    std::string out = proc_line(entry, edition, now);
    const bool dropped = passage != nullptr && passage->place == Passage::Place::stopped;
    if (entry.life.state() == LifeMachine::State::unconfirmed)
        out += dropped ? " (never confirmed: its first packet was dropped)" : " (not confirmed yet)";
    else if (!entry.linked())
        out += " (deleted)";
    if (entry.extension != nullptr && entry.extension->helper != nullptr)
        out += fmt::format("\n  helper {}", entry.extension->helper->name());
    if (entry.extension != nullptr && entry.extension->master)
        out += fmt::format("\n  announced by entry {}: its first packet is RELATED", entry.extension->master->key.id);
    if (entry.tcp_machine) out += "\n" + connection_text(entry.tcp, edition);
    if (entry.sctp_machine) out += "\n" + association_text(entry.sctp, edition);
    if (entry.icmp_machine) out += fmt::format("\n  requests less replies: {}", entry.icmp_count);
    return out;
}

/// The entry that a packet, or the packet that it quotes, belongs to.
const Entry* entry_of(const Tracking& tracker, const Packet& packet) {
    if (packet.inner) {
        const auto quoted = tuple_of(*packet.inner, tracker.edition(), tracker.modules());
        const auto answer = quoted ? inverse(*quoted, tracker.edition(), tracker.modules()) : std::nullopt;
        if (answer)
            if (const Entry* found = tracker.entry_with(*answer)) return found;
    }
    const auto tuple = tuple_of(packet, tracker.edition(), tracker.modules());
    return tuple ? tracker.entry_with(*tuple) : nullptr;
}

class ExplainSink final : public Sink, private Watcher {
  public:
    ExplainSink(std::uint64_t number, bool of_scenario, Explained& out)
        : number_(number), scenario_(of_scenario), out_(out) {}

    void begin(Tracking& tracker) override {
        tracker_ = &tracker;
        tracker.watch_by(this);
        tracker.observers().add(every_event, [this](const Notice& n) {
            events_ += fmt::format("\n  {} ({}): {}", name(n.message()), mask_text(n.mask),
                                   proc_line(n.entry, tracker_->edition(), n.now));
        });
        tracker.expectation_observers().add(every_event, [this](const expect::Notice& n) {
            events_ += fmt::format("\n  expectation: {}", expectation_event_line(n));
        });
    }
    void time_passed(const Item& item) override {
        events_.clear();
        evicted_.clear();
        out_.last = item.number;
    }
    void no_packet(const Item& item, std::string_view what) override {
        if (item.number == number_) out_.no_packet = what;
    }
    void other_step(const Item& item, const Json& step) override {
        if (item.number == number_) out_.no_packet = step.dump();
    }
    void left_router(const Item& item, const Packet&, const SeenOutput& seen) override {
        if (item.number == number_) out_.output = seen;
    }
    void released(const Item& item, const std::string& name, const Passage& passage) override {
        const Verdict verdict = passage.verdict();
        PacketReport report;
        report.item = item;
        report.fragments = passage.fragments;
        report.packet = passage.arrived ? &*passage.arrived : nullptr;
        report.verdict = &verdict;
        report.passage = &passage;
        report.entry = passage.flight.entry();
        out_.released = name;
        packet(report);
    }
    void packet(const PacketReport& report) override {
        if (report.item.number != number_) return;
        out_.found = true;
        out_.time = report.item.time;
        out_.interface = report.item.interface;
        if (report.packet != nullptr) out_.packet = *report.packet;
        out_.fragments = report.fragments;
        out_.malformed = report.malformed;
        out_.verdict = *report.verdict;
        out_.events = events_;
        out_.evicted = evicted_;
        if (report.passage != nullptr) out_.way = chains_text(*report.passage);
        if (report.passage != nullptr) out_.fate = decided_text(*report.passage) + way_text(*report.passage);
        if (report.entry != nullptr)
            out_.bindings = bindings_text(*report.entry, scenario_ ? relative_time_text : absolute_time_text);
        // An INVALID packet is attached to no entry, but there may be one.
        const Entry* after = report.entry;
        if (after == nullptr && report.packet != nullptr) after = entry_of(*tracker_, *report.packet);
        if (after != nullptr)
            out_.after = full_entry(*after, report.entry != nullptr ? report.passage : nullptr, tracker_->edition(),
                                    report.item.now);
    }

    void end(Tracking& tracker, Time) override { tracker.watch_by(nullptr); }

  private:
    std::uint64_t number_;
    bool scenario_;
    Explained& out_;
    Tracking* tracker_ = nullptr;
    std::string events_, evicted_;  // since the last item

    void evicted(const Entry& entry, const Tuple* wanting, Time now) override {
        if (wanting != nullptr)
            evicted_ += fmt::format("\n  entry {}: {}", entry.id, proc_line(entry, tracker_->edition(), now));
    }
};

Explained run(const ExplainRequest& request, const Scenario* scenario, EditionId edition) {
    Explained out;
    ReplayOptions options = request.options;
    options.edition = edition;
    options.last_item = request.number;
    options.trace = &out.trace;
    options.before_packet = [&](Tracking& tracker, const PacketReport& report) {
        out.trace = {};
        if (report.item.number != request.number || report.packet == nullptr) return;
        const Entry* entry = report.entry != nullptr ? report.entry : entry_of(tracker, *report.packet);
        if (entry != nullptr) out.before = full_entry(*entry, nullptr, tracker.edition(), report.item.now);
    };
    options.keeps_chains = true;
    ExplainSink sink(request.number, scenario != nullptr, out);
    if (scenario != nullptr)
        replay_scenario(*scenario, options, sink);
    else
        replay_capture(request.path, options, sink);
    return out;
}

std::string checksum_text(const Packet& p) {
    if (p.fragment) return "checksum of the whole datagram, of which this is a part";
    if (p.protocol == protocol::udp && p.udp && p.udp->checksum == 0) return "no checksum";
    switch (p.checksum) {
        case Checksum::right: return "checksum right";
        case Checksum::wrong: return "checksum WRONG";
        case Checksum::partial: return "checksum left to the card (only the pseudo header is summed)";
        case Checksum::unchecked: return "checksum not checked";
    }
    return "";
}

std::string verdict_line(const Verdict& v) {
    std::string out = state_word(v);
    if (v.dir && v.info) out += fmt::format(", {} direction", name(*v.dir));
    return out;
}

[[noreturn]] void fail_without_packet(const ExplainRequest& request, const Explained& e, const char* unit) {
    if (e.output)
        throw InputError(request.path, fmt::format("frame {} shows what the router sent, {}; explain that one",
                                                   request.number, seen_text(*e.output)));
    if (!e.no_packet.empty())
        throw InputError(request.path, fmt::format("{} {} holds no IP packet: {}", unit, request.number, e.no_packet));
    if (!e.last) throw InputError(request.path, fmt::format("there is no {} {}: it holds none", unit, request.number));
    throw InputError(request.path, fmt::format("there is no {} {}: the last is {}", unit, request.number, *e.last));
}

/// The verdict of another edition; a table to begin with may hold what that edition cannot have.
std::string other_verdict(const ExplainRequest& request, const Scenario* scenario, EditionId id) {
    ExplainRequest again = request;
    again.options.warn = [](const std::string&) {};
    try {
        const Explained e = run(again, scenario, id);
        return fmt::format("{:<32} {}{}", verdict_line(e.verdict), info(e.verdict.clause).name, e.fate);
    } catch (const InputError& e) {
        return fmt::format("not known: {}", e.what());
    }
}

}  // namespace

std::string explain(const ExplainRequest& request) {
    std::optional<Scenario> scenario;
    const RouterSetup& router = request.options.router;
    if (!is_capture(request.path)) scenario = read_scenario(request.path, router.parsing);
    if (scenario) router.apply(*scenario, request.path);
    const EditionId id = request.options.edition.value_or(scenario ? scenario->edition : EditionId::linux_6_18);
    const Edition& edition = conntrack::edition(id);
    const Scenario* played = scenario ? &*scenario : nullptr;
    const Explained e = run(request, played, id);
    if (!e.found) fail_without_packet(request, e, scenario ? "step" : "frame");

    const ClauseInfo& clause = info(e.verdict.clause);
    std::string out;
    auto to = std::back_inserter(out);
    fmt::format_to(to, "{} {} of {}{}, {}, {}\n\n", scenario ? "step" : "frame", request.number, request.path,
                   e.interface.empty() ? "" : ", captured on " + e.interface,
                   scenario ? relative_time_text(e.time) + " s" : absolute_time_text(e.time) + " UTC", edition.name);
    if (!e.released.empty())
        fmt::format_to(to,
                       "released {}, a packet that was held; the verdict is the one it had when it came, the clause "
                       "the last that decided\n",
                       e.released);
    if (e.packet) {
        const Packet& p = *e.packet;
        fmt::format_to(to, "packet   {}\n         IPv{}, {} bytes, {} {}, {}\n", packet_text(p),
                       p.family == Family::ipv4 ? 4 : 6, p.length, p.family == Family::ipv4 ? "TTL" : "hop limit",
                       p.hop_limit, checksum_text(p));
        if (e.fragments > 1)
            fmt::format_to(to, "         put together from {} fragments, this is the last to come\n", e.fragments);
    } else {
        fmt::format_to(to, "packet   malformed: {}\n", e.malformed);
    }
    fmt::format_to(to, "verdict  {}\nclause   {}\n         {}\n", verdict_line(e.verdict), clause.name, clause.meaning);
    if (!clause.advice.empty()) fmt::format_to(to, "         {}\n", clause.advice);
    fmt::format_to(to, "source   {}\n", kernel_file(clause.source, id));
    if (!e.evicted.empty()) fmt::format_to(to, "\nevicted, since the table was full{}\n", e.evicted);
    if (!e.way.empty()) fmt::format_to(to, "\nway\n{}", e.way);
    fmt::format_to(to, "\nentry before\n{}\n", e.before.empty() ? "none" : e.before);
    // Of a packet that may not begin an entry, no window was asked.
    const bool asked = e.trace.tcp && (e.trace.tcp->step.old != tcp::State::none || e.verdict.entry != 0);
    if (asked) out += "\n" + window_text(*e.trace.tcp);
    if (e.trace.sctp && e.packet && e.packet->sctp) out += "\n" + tag_text(*e.trace.sctp, *e.packet->sctp);
    fmt::format_to(to, "\nentry after\n{}\n", e.after.empty() ? "none" : e.after);
    if (!e.bindings.empty()) fmt::format_to(to, "\nbindings\n{}", e.bindings);
    fmt::format_to(to, "\nevents{}\n", e.events.empty() ? " none" : e.events);
    out += "\nother editions\n";
    for (const EditionId other : all_editions) {
        if (other == id) continue;
        if (request.path == "-" && !scenario) {
            out += "  not known: standard input can be read only once\n";
            break;
        }
        fmt::format_to(to, "  {:<13} {}\n", conntrack::edition(other).name, other_verdict(request, played, other));
    }
    return out;
}

}  // namespace conntrack::oracle

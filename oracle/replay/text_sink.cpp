#include "oracle/replay/text_sink.hpp"

#include "oracle/text/entry_text.hpp"
#include "oracle/text/expectation_text.hpp"
#include "oracle/text/output.hpp"
#include "oracle/text/packet_text.hpp"
#include "oracle/text/way_text.hpp"
#include "spec/clause_table.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cctype>

namespace conntrack::oracle {

namespace {

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

class TextSink final : public Sink, private Watcher {
  public:
    TextSink(const Filter& filter, bool absolute) : filter_(filter), absolute_(absolute) {}

    void begin(Tracking& tracker) override {
        tracker_ = &tracker;
        tracker.watch_by(this);
        tracker.observers().add(every_event, [this](const Notice& n) {
            if (!events_.empty()) events_ += ' ';
            events_ += mask_text(n.mask);
        });
    }

    void time_passed(const Item& item) override { flush_deletions("expired", item); }

    void packet(const PacketReport& report) override {
        const std::string events = std::exchange(events_, {});
        const auto deleted = std::exchange(deleted_, {});
        const std::string expected = take_expected(report.item.now);
        if (!filter_.wants(report)) return;
        const Verdict& v = *report.verdict;
        std::string line = begin_line(report.item, upper(state_word(v)), v.dir && v.info ? name(*v.dir) : "");
        if (report.packet == nullptr) {
            print(fmt::format("{}[{}] {}\n", line, info(v.clause).name, report.malformed));
            return;
        }
        line += fmt::format("{}  [{}]", packet_text(*report.packet), info(v.clause).name);
        if (report.fragments > 1) line += fmt::format(" ({} fragments)", report.fragments);
        if (report.packet->checksum == Checksum::partial) line += " (checksum left to the card)";
        if (v.repeats != 0) line += fmt::format(" (tracked again {}x)", v.repeats);
        if (report.entry != nullptr) line += "  " + entry_text(*report.entry, tracker_->edition(), report.item.now);
        if (report.passage != nullptr)
            line += decided_text(*report.passage, report.item.now) + way_text(*report.passage);
        for (const Deletion& d : deleted) {
            if (d.evicted)
                line += fmt::format("  evicted: entry {} {}", d.id, d.flow);
            else if (report.entry == nullptr || d.id != report.entry->id)
                line += fmt::format("  entry {} (deleted)", d.id);
        }
        line += expected;
        if (!events.empty()) line += "  events: " + events;
        print(line + "\n");
    }

    void left_router(const Item& item, const Packet& packet, const SeenOutput& seen) override {
        const Verdict none;
        PacketReport report;
        report.packet = &packet;
        report.verdict = &none;
        if (!filter_.only.empty() || !filter_.wants(report)) return;
        print(fmt::format("{}{}  = {}\n", begin_line(item, "-", ""), packet_text(packet), seen_text(seen)));
    }

    void released(const Item& item, const std::string& name, const Passage& passage) override {
        const std::string events = std::exchange(events_, {});
        const auto gone = std::exchange(deleted_, {});
        PacketReport report;
        report.item = item;
        report.packet = passage.arrived ? &*passage.arrived : nullptr;
        const Verdict verdict = passage.verdict();
        report.verdict = &verdict;
        report.entry = passage.flight.entry();
        report.passage = &passage;
        if (!filter_.wants(report)) return;
        std::string line =
            begin_line(item, "-", "") + fmt::format("released: {}  [{}]", name, info(verdict.clause).name);
        if (report.entry != nullptr) line += "  " + entry_text(*report.entry, tracker_->edition(), item.now);
        line += decided_text(passage, item.now) + way_text(passage);
        for (const Deletion& d : gone)
            if (report.entry == nullptr || d.id != report.entry->id) line += fmt::format("  entry {} (deleted)", d.id);
        if (!events.empty()) line += "  events: " + events;
        print(line + "\n");
    }

    void fragments_lost(const LostDatagram& lost) override {
        if (filter_.everything())
            print(fmt::format("{:>6}  {}  {:<11}  {:<8}  {}\n", "", time_text(lost.when), "-", "", lost_text(lost)));
    }

    void no_packet(const Item& item, std::string_view what) override {
        if (filter_.everything()) print(fmt::format("{}{}\n", begin_line(item, "-", ""), what));
    }

    void other_step(const Item& item, const Json& step) override {
        Json shown = step;
        shown.erase("at");
        if (filter_.everything()) print(fmt::format("{}{}\n", begin_line(item, "-", ""), shown.dump()));
        flush_deletions("deleted", item);
    }

    void end(Tracking& tracker, Time) override { tracker.watch_by(nullptr); }

  private:
    struct Deletion {
        EntryId id;
        Time when;
        std::string flow;
        bool evicted;
        bool wanted;  // by the filter, on a line of its own
    };

    Filter filter_;
    bool absolute_;
    Tracking* tracker_ = nullptr;
    std::string events_;  // told since the last line
    std::vector<Deletion> deleted_;
    EntryId evicted_ = 0;  // is about to be deleted
    std::uint64_t last_expected_ = 0;

    [[nodiscard]] std::string time_text(Time time) const {
        return absolute_ ? absolute_time_text(time) : fmt::format("{:>14}", relative_time_text(time));
    }

    /// What is expected since the last line: "  expects tcp ...".
    std::string take_expected(Time now) {
        std::string out;
        std::uint64_t newest = last_expected_;
        tracker_->each_expectation([&](const expect::Expectation& e) {
            if (e.id <= last_expected_) return;
            out = "  expects " + expectation_text(e, now) + out;
            newest = std::max(newest, e.id);
        });
        last_expected_ = newest;
        return out;
    }

    /// The bindings that were decided for this packet just now: of one that was held, others were told before.
    static std::string decided_text(const Passage& passage, Time now) {
        std::string out;
        const Entry* entry = passage.flight.entry();
        for (const nat::Manip manip : {nat::Manip::dst, nat::Manip::src}) {
            const auto at = static_cast<std::size_t>(manip);
            if (entry == nullptr || entry->nat == nullptr || !passage.bound[at]) continue;
            if (const auto& origin = entry->nat->origin[at]; !origin || origin->when != now) continue;
            if (const std::string text = binding_text(*entry, manip); !text.empty()) out += "  " + text;
        }
        return out;
    }

    void evicted(const Entry& entry, const Tuple*, Time) override { evicted_ = entry.id; }

    [[nodiscard]] std::string begin_line(const Item& item, std::string_view state, std::string_view direction) const {
        std::string out =
            fmt::format("{:>6}  {}  {:<11}  {:<8}  ", item.number, time_text(item.time), state, direction);
        if (!item.interface.empty()) out += fmt::format("{:<8}  ", item.interface);
        return out;
    }

    void deleted(const Entry& entry, Time now) override {
        const bool was_evicted = std::exchange(evicted_, 0) == entry.id;
        // Whose place a packet took is told with that packet, whatever the filter says of the other flow.
        const bool wanted = !entry.filler && filter_.wants(entry);
        if (was_evicted || wanted)
            deleted_.push_back({entry.id, std::min(entry.deadline, now), flow_text(entry), was_evicted, wanted});
    }

    void flush_deletions(std::string_view how, const Item& item) {
        const bool told = !std::exchange(events_, {}).empty();
        for (const Deletion& d : std::exchange(deleted_, {}))
            if (filter_.only.empty() && d.wanted)
                print(fmt::format("{:>6}  {}  {:<11}  {:<8}  entry {} {}: {}{}\n", "",
                                  time_text(how == "expired" ? d.when : item.time), "-", "", d.id,
                                  !d.evicted         ? how
                                  : how == "expired" ? "taken by the collector (full table)"
                                                     : "evicted",
                                  d.flow, told ? "  events: DESTROY" : ""));
    }
};

}  // namespace

std::unique_ptr<Sink> make_text_sink(const Filter& filter, bool absolute) {
    return std::make_unique<TextSink>(filter, absolute);
}

}  // namespace conntrack::oracle

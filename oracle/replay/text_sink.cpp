#include "oracle/replay/text_sink.hpp"

#include "oracle/text/entry_text.hpp"
#include "oracle/text/expectation_text.hpp"
#include "oracle/text/gone_text.hpp"
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

    void time_passed(const Item&) override { flush_deletions(); }

    void packet(const PacketReport& report) override {
        const std::string events = std::exchange(events_, {});
        const auto gone = std::exchange(deleted_, {});
        const std::string expected = take_expected(report.item.now);
        shown_ = filter_.wants(report);
        if (!shown_) return;
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
        line += told_entry(report.entry, gone, report.item.now);
        if (report.passage != nullptr)
            line += decided_text(*report.passage, report.item.now) + way_text(*report.passage);
        line += told_gone(report.entry, gone);
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
        shown_ = filter_.wants(report);
        if (!shown_) return;
        std::string line =
            begin_line(item, "-", "") + fmt::format("released: {}  [{}]", name, info(verdict.clause).name);
        line += told_entry(report.entry, gone, item.now);
        line += decided_text(passage, item.now) + way_text(passage);
        line += told_gone(report.entry, gone);
        if (!events.empty()) line += "  events: " + events;
        print(line + "\n");
    }

    void fragments_lost(const LostDatagram& lost, const Passage* told) override {
        if (filter_.everything())
            print(begin_line_between(lost.when) + lost_text(lost, absolute_ ? "frame" : "step") +
                  (told != nullptr ? way_text(*told) : "") + "\n");
    }

    void kernel_log(const Item& item, const std::vector<std::string>& lines) override {
        for (const std::string& line : lines)
            if (shown_) print(begin_line_between(item.time) + "kernel log: " + line + "\n");
    }

    void no_packet(const Item& item, std::string_view what) override {
        if (filter_.everything()) print(fmt::format("{}{}\n", begin_line(item, "-", ""), what));
    }

    void other_step(const Item& item, const Json& step) override {
        Json shown = step;
        shown.erase("at");
        shown_ = filter_.everything();
        if (shown_) print(fmt::format("{}{}\n", begin_line(item, "-", ""), shown.dump()));
        flush_deletions();
    }

    void end(Tracking& tracker, Time) override { tracker.watch_by(nullptr); }

  private:
    struct Deletion {
        EntryId id;
        std::string name, flow;
        Gone why;
        Time when;
        bool wanted;  // by the filter, on a line of its own
    };

    Filter filter_;
    bool absolute_;
    Tracking* tracker_ = nullptr;
    std::string events_;  // told since the last line
    std::vector<Deletion> deleted_;
    std::uint64_t last_expected_ = 0;
    bool shown_ = false;  // the last packet or step

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

    /// The entry of a packet; if that has just gone: why.
    [[nodiscard]] std::string told_entry(const Entry* entry, const std::vector<Deletion>& gone, Time now) const {
        if (entry == nullptr) return "";
        const auto own = std::ranges::find(gone, entry->id, &Deletion::id);
        return "  " + (own != gone.end() ? entry_text(*entry, tracker_->edition(), now, gone_text(own->why))
                                         : entry_text(*entry, tracker_->edition(), now));
    }

    /// What else has gone with a packet, and why.
    static std::string told_gone(const Entry* own, const std::vector<Deletion>& gone) {
        std::string out;
        for (const Deletion& d : gone) {
            if (own != nullptr && d.id == own->id) continue;
            out += d.why == Gone::early_drop ? fmt::format("  evicted: {} {}", d.name, d.flow)
                                             : fmt::format("  {} ({})", d.name, gone_text(d.why));
        }
        return out;
    }

    [[nodiscard]] std::string begin_line(const Item& item, std::string_view state, std::string_view direction) const {
        std::string out =
            fmt::format("{:>6}  {}  {:<11}  {:<8}  ", item.number, time_text(item.time), state, direction);
        if (!item.interface.empty()) out += fmt::format("{:<8}  ", item.interface);
        return out;
    }

    /// A line that belongs to no packet and no step.
    [[nodiscard]] std::string begin_line_between(Time time) const {
        return fmt::format("{:>6}  {}  {:<11}  {:<8}  ", "", time_text(time), "-", "");
    }

    void deleted(const Entry& entry, Time now, Gone why) override {
        // Whose place a packet took is told with that packet, whatever the filter says of the other flow.
        const bool made_room = why == Gone::early_drop || why == Gone::collected || why == Gone::nat_search;
        const bool wanted = !entry.filler && filter_.wants(entry);
        if (made_room || wanted)
            deleted_.push_back(
                {entry.id, entry_name(entry), flow_text(entry), why, std::min(entry.deadline, now), wanted});
    }

    void flush_deletions() {
        const bool told = !std::exchange(events_, {}).empty();
        for (const Deletion& d : std::exchange(deleted_, {}))
            if (filter_.only.empty() && d.wanted)
                print(fmt::format("{}{} {}: {}{}\n", begin_line_between(d.when), d.name, gone_text(d.why), d.flow,
                                  told ? "  events: DESTROY" : ""));
    }
};

}  // namespace

std::unique_ptr<Sink> make_text_sink(const Filter& filter, bool absolute) {
    return std::make_unique<TextSink>(filter, absolute);
}

}  // namespace conntrack::oracle

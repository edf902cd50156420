#include "oracle/replay/table_sinks.hpp"

#include "oracle/record/entry_json.hpp"
#include "oracle/record/way_json.hpp"
#include "oracle/text/addresses.hpp"
#include "oracle/text/conntrack_text.hpp"
#include "oracle/text/expectation_text.hpp"
#include "oracle/text/output.hpp"
#include "oracle/text/proc_text.hpp"
#include "spec/clause_table.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

namespace conntrack::oracle {

namespace {

/// Scenarios come as their player records them; frames of captures are recorded here, without the table.
class RecordingSink final : public Sink {
  public:
    RecordingSink(const Filter& filter, Json header, bool of_scenario)
        : filter_(filter), header_(std::move(header)), of_scenario_(of_scenario) {}

    void begin(Tracking& tracker) override {
        tracker_ = &tracker;
        print(Json{{"scenario", header_}}.dump() + "\n");
        tracker.observers().add(every_event, [this](const Notice& n) {
            if (filter_.wants(n.entry))
                events_.push_back(
                    notice_json(n, {tracker_->edition(), n.now, false}, tracker_->notice_rules(), names_));
        });
    }
    void time_passed(const Item&) override { early_ = std::exchange(events_, Json::array()); }

    void packet(const PacketReport& report) override {
        wanted_ = filter_.wants(report);
        if (of_scenario_ || !wanted_) return;
        if (!first_) first_ = report.item.now;
        const Verdict& v = *report.verdict;
        const Time microseconds = (report.item.now - *first_) / 1000;
        Json line = {{"i", next_++},
                     {"step",
                      {{"at", static_cast<double>(microseconds) / 1e6},
                       {"in", way_in(report)},
                       {"packet", to_hex(report.bytes)}}},
                     {"frame", report.item.number},
                     {"time", fmt::format("{}.{:09}", report.item.time / nanoseconds_per_second,
                                          report.item.time % nanoseconds_per_second)}};
        line["verdict"] = verdict_json(v);
        if (report.passage != nullptr) {
            line["verdict"]["emerged"] = report.passage->emerged();
            line["verdict"].update(way_json(*report.passage, tracker_->edition()));
        } else if (v.repeats != 0 && tracker_->edition().id != EditionId::linux_6_18) {
            line["verdict"]["repeats"] = v.repeats;
        }
        line["clause"] = info(v.clause).name;
        if (report.entry != nullptr)
            line["entry"] = entry_json(*report.entry, {tracker_->edition(), report.item.now, true}, names_);
        if (tracker_->notice_rules().notifier) line["events"] = std::exchange(events_, Json::array());
        if (!early_.empty()) line["pre_events"] = std::exchange(early_, Json::array());
        print(line.dump() + "\n");
    }

    void recorded(const Json& line) override {
        if (std::exchange(wanted_, false) || filter_.everything()) print(line.dump() + "\n");
    }

    void end(Tracking&, Time) override { print("{\"end\":true}\n"); }

  private:
    Filter filter_;
    Json header_;
    Tracking* tracker_ = nullptr;
    EntryNames names_;
    Json events_ = Json::array(), early_ = Json::array();
    std::optional<Time> first_;
    std::size_t next_ = 0;
    bool of_scenario_;
    bool wanted_ = false;

    /// Where no router was named, packets enter by the stage's first interface; "" stands for the router itself.
    static std::string way_in(const PacketReport& report) {
        return report.passage != nullptr ? report.passage->in : "inside";
    }
};

/// Lines are gathered in the observer and printed outside it: the tracker shields itself from observers that fail, and
/// a full disk must not pass unnoticed.
class ConntrackSink final : public Sink {
  public:
    explicit ConntrackSink(const Filter& filter) : filter_(filter) {}

    void begin(Tracking& tracker) override {
        tracker.observers().add(every_event, [this, &tracker](const Notice& n) {
            if (filter_.wants(n.entry))
                lines_ += conntrack_event_line(n, tracker.edition(), tracker.notice_rules(), false) + "\n";
        });
    }
    void time_passed(const Item&) override { print_lines(); }
    void packet(const PacketReport&) override { print_lines(); }
    void other_step(const Item&, const Json&) override { print_lines(); }
    void end(Tracking&, Time) override { print_lines(); }

  private:
    Filter filter_;
    std::string lines_;

    void print_lines() { print(std::exchange(lines_, {})); }
};

/// The same of expectations.
class ExpectationSink final : public Sink {
  public:
    void begin(Tracking& tracker) override {
        tracker.expectation_observers().add(
            every_event, [this](const expect::Notice& n) { lines_ += expectation_event_line(n) + "\n"; });
    }
    void time_passed(const Item&) override { print_lines(); }
    void packet(const PacketReport&) override { print_lines(); }
    void other_step(const Item&, const Json&) override { print_lines(); }
    void end(Tracking&, Time) override { print_lines(); }

  private:
    std::string lines_;

    void print_lines() { print(std::exchange(lines_, {})); }
};

/// What is expected at the end.
class ExpectedSink final : public Sink {
  public:
    explicit ExpectedSink(ExpectedForm form) : form_(form) {}

    void end(Tracking& tracker, Time now) override {
        tracker.each_expectation([&](const expect::Expectation& e) {
            print((form_ == ExpectedForm::proc ? proc_expectation_line(e, tracker.edition(), now)
                                               : expectation_list_line(e, now)) +
                  "\n");
        });
    }

  private:
    ExpectedForm form_;
};

class ProcSink final : public Sink {
  public:
    explicit ProcSink(const Filter& filter) : filter_(filter) {}

    void end(Tracking& tracker, Time now) override {
        tracker.each_linked([&](const Entry& e) {
            if (!e.filler && filter_.wants(e)) print(proc_line(e, tracker.edition(), now) + "\n");
        });
    }

  private:
    Filter filter_;
};

}  // namespace

std::unique_ptr<Sink> make_recording_sink(const Filter& filter, const Json& header, bool of_scenario) {
    return std::make_unique<RecordingSink>(filter, header, of_scenario);
}
std::unique_ptr<Sink> make_conntrack_sink(const Filter& filter) { return std::make_unique<ConntrackSink>(filter); }
std::unique_ptr<Sink> make_expectation_sink() { return std::make_unique<ExpectationSink>(); }
std::unique_ptr<Sink> make_expected_sink(ExpectedForm form) { return std::make_unique<ExpectedSink>(form); }
std::unique_ptr<Sink> make_proc_sink(const Filter& filter) { return std::make_unique<ProcSink>(filter); }

}  // namespace conntrack::oracle

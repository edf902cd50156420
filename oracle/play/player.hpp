// Plays a scenario on a tracker, step by step, and says what happened in the form of a recording.
#pragma once

#include "model/path/packet_path.hpp"
#include "oracle/play/edition_variant.hpp"
#include "oracle/play/scenario.hpp"
#include "oracle/record/entry_json.hpp"
#include "oracle/record/shown.hpp"
#include "oracle/trackers/make_tracking.hpp"
#include "spec/wire/decode.hpp"

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace conntrack::oracle {

/// What one step did, beyond its JSON form.
struct StepResult {
    Json json;  // a line of a recording
    std::optional<Verdict> verdict;
    std::optional<Packet> packet;
    bool emerged = false;             // the packet left by an interface
    std::string malformed;            // why the packet never reached tracking
    std::vector<Json> notices;        // of this step
    std::vector<Json> early_notices;  // between the last step and this one: expiry
    std::optional<Tuple> carried;     // the original tuple of the entry that the packet carried, if it is listed still
    ShownStep shown;                  // in place of the line and the notices, if values were asked for
    bool count_is_free = false;       // how many fillers are left hangs on buckets; the model's count is an upper bound
};

class Player {
  public:
    /// What a step is told in: a line of a recording; the values that it would be made of; or not at all, for who asks
    /// the tracker alone.
    enum class Form : std::uint8_t { json, values, nothing };
    struct Options {
        wire::ChecksumPolicy checksum = wire::ChecksumPolicy::verify;
        bool later_notifier = false;
        TrackerKind tracker = TrackerKind::model;
        bool table_after_every_step = true;
        Trace* trace = nullptr;
        bool keeps_chains = false;
        Form form = Form::json;
        const EditionVariant* variant = nullptr;  // in place of the edition; for the model
    };

    Player(const Scenario& scenario, EditionId edition, const Options& options);
    Player(const Scenario& scenario, EditionId edition) : Player(scenario, edition, Options{}) {}
    Player(const Player&) = delete;
    Player& operator=(const Player&) = delete;
    ~Player();

    /// Lets time pass until the next step; what expires meanwhile is part of that step.
    void advance(Time at);
    /// Is called for every packet, before it is freed.
    using PacketHook = std::function<void(const Passage&)>;
    void on_packet(PacketHook hook) { on_packet_ = std::move(hook); }
    /// Is called for every packet that goes on after it was held, before it is freed.
    void on_release(PacketHook hook) { on_release_ = std::move(hook); }
    /// Is called before a packet that was held goes on.
    void before_release(PacketHook hook) { before_release_ = std::move(hook); }
    /// Is told what was given up of fragments while time passed.
    void on_elapsed(std::function<void(PacketPath::Elapsed&&)> hook) { on_elapsed_ = std::move(hook); }
    /// The fragments that still wait, given up.
    std::vector<LostDatagram> give_up_fragments() { return path_.give_up_fragments(); }
    /// Is called before a packet is tracked.
    void before_packet(std::function<void(const Packet&)> hook) { before_packet_ = std::move(hook); }

    /// `sent` stands in for the step's packet where a recording says what really entered. May be null.
    StepResult play(const Step& step, const std::vector<std::uint8_t>* sent = nullptr);

    /// The entry that has this tuple in either direction, as recordings show it at time `at`; null: there is none.
    Json entry_with(const Tuple& tuple, Time at);
    [[nodiscard]] std::optional<ShownEntry> shown_entry_with(const Tuple& tuple, Time at) const;

    Tracking& tracker() { return *tracker_; }
    [[nodiscard]] const Edition& edition() const { return tracker_->edition(); }

  private:
    const Scenario& scenario_;
    Options options_;
    std::unique_ptr<Tracking> tracker_;
    PacketPath path_;
    EntryNames names_;
    std::map<std::string, Passage> held_;
    std::vector<std::vector<std::uint8_t>> came_out_;  // by step; empty: nothing did
    std::vector<Json>* heard_ = nullptr;
    std::vector<Json> early_;
    std::vector<ShownNotice> shown_heard_;  // in this step, or before it
    PacketHook on_packet_, on_release_, before_release_;
    std::function<void(PacketPath::Elapsed&&)> on_elapsed_;
    std::vector<LostDatagram> lost_;  // in this step, or before it
    std::function<void(const Packet&)> before_packet_;
    std::size_t next_step_ = 0;
    bool expects_ = false;        // something was expected at some time
    bool loose_fillers_ = false;  // fillers were added that may go at any time

    Json play_packet(const PacketStep& step, Time at, const std::vector<std::uint8_t>* sent, StepResult& result,
                     std::pair<std::size_t, std::size_t>& alive);
    Json play_release(const ReleaseStep& step, Time at, std::pair<std::size_t, std::size_t>& alive);
    void set_values(const SysctlStep& step);
    void fill(const FillStep& step, Time at);
    void tell_of_fillers(std::vector<Json>& notices);
    void add_state(Json& line, Time at);
    [[nodiscard]] std::optional<std::vector<ShownExpectation>> expected(Time at);
    void observe();
    void add_line(StepResult& result, Json verdict, std::pair<std::size_t, std::size_t> alive, Time at);
};

}  // namespace conntrack::oracle

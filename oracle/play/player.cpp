#include "oracle/play/player.hpp"

#include "oracle/play/substitute.hpp"
#include "oracle/record/shown_entry.hpp"
#include "oracle/record/shown_way.hpp"
#include "oracle/record/step_json.hpp"
#include "oracle/record/way_json.hpp"
#include "oracle/text/addresses.hpp"
#include "oracle/text/proc_text.hpp"
#include "oracle/text/sysctl_names.hpp"

#include "spec/clause_table.hpp"

#include <algorithm>
#include <utility>

namespace conntrack::oracle {

namespace {

template <class... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;  // clang 14 does not deduce it for aggregates

}  // namespace

Player::Player(const Scenario& scenario, EditionId id, const Options& options)
    : scenario_(scenario),
      options_(options),
      tracker_(options.variant != nullptr
                   ? make_model(options.variant->edition, scenario.modules, options.later_notifier)
                   : make_tracking(options.tracker, id, scenario.modules, options.later_notifier)),
      path_(*tracker_, scenario.interfaces) {
    set_stage(*tracker_);
    if (options.variant != nullptr)
        for (const auto& [setting, value] : options.variant->defaults) tracker_->configure(setting, value);
    set_values(scenario.sysctl);
    if (scenario.buckets) tracker_->configure(Setting::buckets, *scenario.buckets);
    path_.change_rules(scenario.rules);
    if (options.form != Form::nothing) observe();
}

void Player::observe() {
    const bool values = options_.form == Form::values;
    tracker_->observers().add(every_event, [this, values](const Notice& notice) {
        if (values)
            shown_heard_.push_back(shown_notice(notice, tracker_->notice_rules()));
        else if (heard_ != nullptr)
            heard_->push_back(notice_json(notice, {tracker_->edition(), notice.now, scenario_.window},
                                          tracker_->notice_rules(), names_));
    });
    tracker_->expectation_observers().add(every_event, [this, values](const expect::Notice& notice) {
        if (values)
            shown_heard_.push_back(shown_notice(notice));
        else if (heard_ != nullptr)
            heard_->push_back(expectation_notice_json(notice));
    });
}

Player::~Player() {
    for (auto& [name, held] : held_) path_.free(held);
}

void Player::set_values(const SysctlStep& step) {
    for (const auto& [name, value] : step.values) {
        const auto found = find_setting(name, tracker_->edition());
        const bool is_absent =
            found && options_.variant != nullptr &&
            std::ranges::find(options_.variant->absent, found->setting) != options_.variant->absent.end();
        if (found && found->kind == NamedSetting::Kind::modelled && !is_absent)
            tracker_->configure(found->setting, static_cast<std::uint32_t>(value));
    }
    path_.settings_changed();
}

void Player::fill(const FillStep& step, Time at) {
    loose_fillers_ = loose_fillers_ || !step.assured;
    tracker_->fill({.count = step.count, .assured = step.assured, .zone = step.zone}, at);
}

void Player::tell_of_fillers(std::vector<Json>& notices) {
    if (const std::uint64_t gone = tracker_->take_fillers_gone(); gone != 0)
        notices.push_back({{"type", "DESTROY_FILLERS"}, {"count", gone}});
}

Json Player::play_packet(const PacketStep& step, Time at, const std::vector<std::uint8_t>* sent, StepResult& result,
                         std::pair<std::size_t, std::size_t>& alive) {
    const auto came_out = [&](std::size_t i) -> std::optional<std::span<const std::uint8_t>> {
        if (i >= came_out_.size() || came_out_[i].empty()) return std::nullopt;
        return came_out_[i];
    };
    const std::vector<std::uint8_t> bytes = sent != nullptr ? *sent : substituted(step, came_out);
    if (!step.substitutions.empty() && options_.form == Form::json) result.json["sent"] = to_hex(bytes);

    Passage passage = path_.enter(bytes, step.interface, at,
                                  {.checksum = options_.checksum,
                                   .trace = options_.trace,
                                   .before_tracking = before_packet_,
                                   .number = next_step_ - 1,
                                   .keeps_chains = options_.keeps_chains});
    lost_.insert(lost_.end(), passage.lost.begin(), passage.lost.end());
    result.packet = passage.arrived;
    result.malformed = passage.malformed;
    if (!step.hold_before_forward) path_.go_on(passage, at);
    result.verdict = passage.verdict();

    result.emerged = passage.emerged();
    Json verdict;
    if (options_.form == Form::values) result.shown.verdict = shown_verdict(passage);
    if (options_.form == Form::values && !step.substitutions.empty()) result.shown.entered = bytes;
    if (options_.form == Form::json) {
        verdict = verdict_json(passage.flight.verdict());
        verdict["emerged"] = passage.emerged();
        if (step.hold) verdict["held"] = true;
        verdict.update(way_json(passage, tracker_->edition()));
    }
    if (passage.emerged()) came_out_.back() = passage.out.front().bytes;

    alive = {tracker_->existing(), tracker_->existing()};
    if (on_packet_) on_packet_(passage);
    if (const Entry* entry = passage.flight.entry(); entry != nullptr && entry->linked()) {
        result.carried = entry->original;
        result.carried->zone = entry->zone.of(Direction::original);
    }
    if (step.hold && passage.place != Passage::Place::stopped) {
        held_.insert_or_assign(*step.hold, std::move(passage));
    } else {
        path_.free(passage);
        alive.second = tracker_->existing();
    }
    return verdict;
}

Json Player::play_release(const ReleaseStep& step, Time at, std::pair<std::size_t, std::size_t>& alive) {
    Json verdict = {{"release", step.name}, {"emerged", false}};
    alive = {tracker_->existing(), tracker_->existing()};
    const auto it = held_.find(step.name);
    if (it == held_.end()) return verdict;
    Passage passage = std::move(it->second);
    held_.erase(it);
    if (before_release_) before_release_(passage);
    if (passage.place == Passage::Place::before_routing) {
        const auto as_it_came = passage.came;
        path_.go_on(passage, at);
        verdict["emerged"] = passage.emerged();
        if (passage.emerged()) verdict.update(sent_json(passage.out.front(), as_it_came));
        verdict.update(doubt_json(passage));
    }
    alive.first = tracker_->existing();
    if (on_release_) on_release_(passage);
    path_.free(passage);
    alive.second = tracker_->existing();
    return verdict;
}

/// From the first time on that there is something: scenarios without helpers show nothing of it.
std::optional<std::vector<ShownExpectation>> Player::expected(Time at) {
    std::vector<ShownExpectation> out;
    tracker_->each_expectation([&](const expect::Expectation& e) { out.push_back(shown_expectation(e, at)); });
    expects_ = expects_ || !out.empty();
    return expects_ ? std::optional(std::move(out)) : std::nullopt;
}

void Player::add_state(Json& line, Time at) {
    const EntryView view{tracker_->edition(), at, scenario_.window, path_.has_nat(Family::ipv4)};
    Json table = Json::array(), limbo = Json::array();
    std::vector<std::string> proc;
    std::size_t shown = 0;
    tracker_->each_listed([&](const Entry& e) {
        if (e.filler) return;
        ++shown;
        table.push_back(entry_json(e, view, names_));
        if (scenario_.proc) proc.push_back(proc_line(e, tracker_->edition(), at));
    });
    tracker_->each_in_limbo([&](const Entry& e) {
        if (!e.filler) limbo.push_back(entry_json(e, view, names_));
    });
    line["table"] = std::move(table);
    if (!limbo.empty()) line["limbo"] = std::move(limbo);
    if (tracker_->existing() != shown) line["count"] = tracker_->existing();
    if (scenario_.proc) line["proc"] = proc;
}

Json Player::entry_with(const Tuple& tuple, Time at) {
    const Entry* found = tracker_->entry_with(tuple);
    if (found == nullptr) return nullptr;
    const EntryView view{tracker_->edition(), at, scenario_.window, path_.has_nat(Family::ipv4)};
    return entry_json(*found, view, names_);
}

std::optional<ShownEntry> Player::shown_entry_with(const Tuple& tuple, Time at) const {
    const Entry* found = tracker_->entry_with(tuple);
    return found == nullptr ? std::nullopt : std::optional(shown_entry(*found, tracker_->edition(), at));
}

void Player::advance(Time at) {
    heard_ = &early_;
    PacketPath::Elapsed elapsed = path_.advance(at);
    heard_ = nullptr;
    lost_.insert(lost_.end(), elapsed.lost.begin(), elapsed.lost.end());
    if (on_elapsed_) on_elapsed_(std::move(elapsed));
    tell_of_fillers(early_);
}

StepResult Player::play(const Step& step, const std::vector<std::uint8_t>* sent) {
    StepResult result;
    const std::size_t number = next_step_++;
    if (options_.form == Form::json) {
        result.json["i"] = number;
        result.json["step"] = step_json(step);
    }
    came_out_.emplace_back();
    const Time at = step.at;

    advance(at);
    result.early_notices = std::exchange(early_, {});
    result.shown.early = std::exchange(shown_heard_, {});
    heard_ = &result.notices;
    std::pair<std::size_t, std::size_t> alive{tracker_->existing(), tracker_->existing()};
    Json verdict;
    std::visit(Overloaded{
                   [&](const PacketStep& s) { verdict = play_packet(s, at, sent, result, alive); },
                   [&](const ReleaseStep& s) { verdict = play_release(s, at, alive); },
                   [&](const SysctlStep& s) { set_values(s); },
                   [&](const RulesStep& s) { path_.change_rules(s); },
                   [&](const InterfacesStep& s) { path_.set_interfaces(s.interfaces, at); },
                   [&](const FlushStep&) { held_.empty() ? path_.flush(at) : tracker_->flush(at); },
                   [&](const FlushExpectationsStep&) { tracker_->flush_expectations(at); },
                   [&](const FillStep& s) { fill(s, at); },
                   [&](const DeleteStep& s) { tracker_->erase(s.tuple, at); },
                   [](const auto&) {},
               },
               step.action);
    if (!std::holds_alternative<PacketStep>(step.action) && !std::holds_alternative<ReleaseStep>(step.action))
        alive = {tracker_->existing(), tracker_->existing()};
    heard_ = nullptr;
    tell_of_fillers(result.notices);
    result.count_is_free = loose_fillers_ && tracker_->edition().full_table.collector;

    if (options_.form == Form::json) add_line(result, std::move(verdict), alive, at);
    if (options_.form == Form::values) {
        result.shown.events = std::exchange(shown_heard_, {});
        result.shown.expected = expected(at);
        result.shown.kernel_log = tracker_->take_log();
        lost_.clear();
    }
    return result;
}

/// The line of a recording.
void Player::add_line(StepResult& result, Json verdict, std::pair<std::size_t, std::size_t> alive, Time at) {
    if (!verdict.is_null()) result.json["verdict"] = std::move(verdict);
    if (result.verdict) result.json["clause"] = info(result.verdict->clause).name;
    if (tracker_->notice_rules().notifier) {
        result.json["events"] = result.notices;
        if (!result.early_notices.empty()) result.json["pre_events"] = result.early_notices;
    }
    if (options_.table_after_every_step) {
        add_state(result.json, at);
        result.json["alive"] = Json::array({alive.first, alive.second});
    }
    if (const auto list = expected(at)) {
        Json& shown = result.json["expect"] = Json::array();
        for (const ShownExpectation& e : *list) shown.push_back(to_json(e));
    }
    if (auto log = tracker_->take_log(); !log.empty()) result.json["kernel_log"] = log;
    for (const LostDatagram& lost : std::exchange(lost_, {})) result.json["lost"].push_back(lost_json(lost));
}

}  // namespace conntrack::oracle

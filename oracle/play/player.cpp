#include "oracle/play/player.hpp"

#include "oracle/play/substitute.hpp"
#include "oracle/text/addresses.hpp"
#include "oracle/text/proc_text.hpp"
#include "oracle/text/sysctl_names.hpp"

#include "spec/clause_table.hpp"

#include <utility>

namespace conntrack::oracle {

namespace {

template <class... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;  // clang 14 does not deduce it for aggregates

Json null_if(const std::optional<std::string_view>& text) { return text ? Json(*text) : Json(nullptr); }

Json verdict_json(const Verdict& v) {
    const bool has_dir = v.info && *v.info != CtInfo::invalid && *v.info != CtInfo::untracked;
    Json out = {{"seen", v.seen},
                {"ct", null_if(v.info ? std::optional(name(*v.info)) : std::nullopt)},
                {"dir", null_if(has_dir && v.dir ? std::optional(name(*v.dir)) : std::nullopt)}};
    return out;
}

/// The packet without what stands behind its IP length, as it leaves.
std::span<const std::uint8_t> trimmed(std::span<const std::uint8_t> bytes, const Packet& packet) {
    return bytes.first(std::min<std::size_t>(bytes.size(), packet.length));
}

}  // namespace

Player::Player(const Scenario& scenario, EditionId id, const Options& options)
    : scenario_(scenario),
      options_(options),
      tracker_(conntrack::edition(id), {.modules = scenario.modules, .later_notifier = options.later_notifier}),
      router_(scenario.interfaces, id) {
    // The stage's own settings (the file format names them), then the scenario's.
    tracker_.configure(Setting::acct, 1);
    tracker_.configure(Setting::events, 1);
    tracker_.configure(Setting::log_invalid, 255);
    set_values(scenario.sysctl);
    tracker_.observers().add(every_event, [this](const Notice& notice) {
        if (heard_ != nullptr)
            heard_->push_back(notice_json(notice, {tracker_.edition(), notice.now, scenario_.window},
                                          tracker_.notice_rules(), names_));
    });
}

Player::~Player() {
    for (auto& [name, held] : held_) tracker_.release(std::move(held.flight));
}

void Player::set_values(const SysctlStep& step) {
    for (const auto& [name, value] : step.values) {
        const auto found = find_setting(name, tracker_.edition());
        if (found && found->kind == NamedSetting::Kind::modelled)
            tracker_.configure(found->setting, static_cast<std::uint32_t>(value));
    }
}

Json Player::play_packet(const PacketStep& step, Time at, const std::vector<std::uint8_t>* sent, StepResult& result,
                         std::pair<std::size_t, std::size_t>& alive) {
    std::vector<std::uint8_t> bytes = sent != nullptr ? *sent : step.bytes;
    if (sent == nullptr) {
        for (const Substitution& s : step.substitutions) {
            if (s.from_step >= came_out_.size() || came_out_[s.from_step].empty()) continue;
            if (const auto value = read_field(came_out_[s.from_step], s.from)) write_field(bytes, s.field, *value);
        }
    }
    if (!step.substitutions.empty()) result.json["sent"] = to_hex(bytes);

    const auto decoded = wire::decode(bytes, {.checksum = options_.checksum, .cut = false});
    if (const auto* malformed = std::get_if<wire::Malformed>(&decoded)) {
        result.malformed = malformed->what;
        result.verdict = Verdict{};
        Json verdict = verdict_json(*result.verdict);
        verdict["emerged"] = false;
        return verdict;
    }
    const Packet& packet = std::get<Packet>(decoded);
    result.packet = packet;
    if (before_packet_) before_packet_(packet);
    InFlight flight = tracker_.begin(packet, at, options_.trace);
    const bool v6_unseen = flight.verdict().clause == Clause::core_no_ipv6;
    const Route route = flight.verdict().seen || v6_unseen ? router_.route(packet, step.interface) : Route{};
    const bool stops = step.hold_before_forward;
    bool leaves = route.kind != Route::Kind::drop && !flight.verdict().dropped();
    if (leaves && !stops) leaves = tracker_.confirm(flight, at);
    result.verdict = flight.verdict();

    Json verdict = verdict_json(flight.verdict());
    const bool emerges = leaves && !stops && route.kind == Route::Kind::forward;
    verdict["emerged"] = emerges;
    if (step.hold) verdict["held"] = true;
    const auto out = trimmed(bytes, packet);
    if (emerges) {
        verdict["side"] = router_.interfaces()[route.interface].name;
        verdict["out"] = out.size() == bytes.size() ? "same" : to_hex(out);
        came_out_.back().assign(out.begin(), out.end());
    }
    const bool old_kernel = tracker_.edition().id != EditionId::linux_6_18;
    if (leaves && !stops && route.kind == Route::Kind::local && old_kernel) verdict["local_in"] = true;
    if (flight.verdict().repeats != 0 && old_kernel) verdict["repeats"] = flight.verdict().repeats;

    alive = {tracker_.table().existing(), tracker_.table().existing()};
    if (on_packet_) on_packet_(packet, flight.verdict(), flight.entry());
    if (step.hold && (leaves || stops) && route.kind != Route::Kind::drop) {
        held_.insert_or_assign(*step.hold, Held{std::move(flight), stops, route.interface, bytes});
    } else {
        tracker_.release(std::move(flight));
        alive.second = tracker_.table().existing();
    }
    return verdict;
}

Json Player::play_release(const ReleaseStep& step, Time at, std::pair<std::size_t, std::size_t>& alive) {
    Json verdict = {{"release", step.name}, {"emerged", false}};
    alive = {tracker_.table().existing(), tracker_.table().existing()};
    const auto it = held_.find(step.name);
    if (it == held_.end()) return verdict;
    Held held = std::move(it->second);
    held_.erase(it);
    if (held.before_forward && tracker_.confirm(held.flight, at)) {
        verdict["emerged"] = true;
        verdict["side"] = router_.interfaces()[held.out_interface].name;
        verdict["out"] = "same";
    }
    alive.first = tracker_.table().existing();
    tracker_.release(std::move(held.flight));
    alive.second = tracker_.table().existing();
    return verdict;
}

void Player::add_state(Json& line, Time at) {
    const EntryView view{tracker_.edition(), at, scenario_.window};
    Json table = Json::array(), limbo = Json::array();
    std::vector<std::string> proc;
    tracker_.table().each_linked([&](const Entry& e) {
        table.push_back(entry_json(e, view, names_));
        if (scenario_.proc) proc.push_back(proc_line(e, tracker_.edition(), at));
    });
    tracker_.table().each_in_limbo([&](const Entry& e) { limbo.push_back(entry_json(e, view, names_)); });
    line["table"] = std::move(table);
    if (!limbo.empty()) line["limbo"] = std::move(limbo);
    if (tracker_.table().existing() != tracker_.table().linked()) line["count"] = tracker_.table().existing();
    if (scenario_.proc) line["proc"] = proc;
}

void Player::advance(Time at) {
    heard_ = &early_;
    tracker_.advance(at);
    heard_ = nullptr;
}

StepResult Player::play(const Step& step, const std::vector<std::uint8_t>* sent) {
    StepResult result;
    result.json["i"] = next_step_++;
    result.json["step"] = step.json;
    came_out_.emplace_back();
    const Time at = step.at;

    advance(at);
    result.early_notices = std::exchange(early_, {});
    heard_ = &result.notices;
    std::pair<std::size_t, std::size_t> alive{tracker_.table().existing(), tracker_.table().existing()};
    Json verdict;
    std::visit(Overloaded{
                   [&](const PacketStep& s) { verdict = play_packet(s, at, sent, result, alive); },
                   [&](const ReleaseStep& s) { verdict = play_release(s, at, alive); },
                   [&](const SysctlStep& s) { set_values(s); },
                   [&](const FlushStep&) { tracker_.flush(at); },
                   [&](const DeleteStep& s) { tracker_.erase(s.tuple, at); },
                   [](const auto&) {},
               },
               step.action);
    if (!std::holds_alternative<PacketStep>(step.action) && !std::holds_alternative<ReleaseStep>(step.action))
        alive = {tracker_.table().existing(), tracker_.table().existing()};
    heard_ = nullptr;

    if (!verdict.is_null()) result.json["verdict"] = verdict;
    if (result.verdict) result.json["clause"] = info(result.verdict->clause).name;
    if (tracker_.notice_rules().notifier) {
        result.json["events"] = result.notices;
        if (!result.early_notices.empty()) result.json["pre_events"] = result.early_notices;
    }
    if (options_.table_after_every_step) {
        add_state(result.json, at);
        result.json["alive"] = Json::array({alive.first, alive.second});
    }
    if (auto log = tracker_.take_log(); !log.empty()) result.json["kernel_log"] = log;
    return result;
}

}  // namespace conntrack::oracle

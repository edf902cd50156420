#include "libctoracle/session.hpp"

#include "libctoracle/shown.hpp"
#include "oracle/text/interface_text.hpp"
#include "oracle/text/module_names.hpp"
#include "oracle/text/sysctl_names.hpp"
#include "oracle/trackers/make_tracking.hpp"
#include "spec/clause_table.hpp"
#include "spec/editions.hpp"
#include "spec/fill.hpp"
#include "spec/rules/parse.hpp"

#include <utility>
#include <variant>

namespace conntrack::library {

namespace {

EditionId edition_of(const ctoracle_options& options) {
    if (options.edition == nullptr) return EditionId::linux_6_18;
    if (const auto id = edition_named(options.edition)) return *id;
    throw Refused(CTORACLE_BAD_ARGUMENT, std::string("\"") + options.edition +
                                             "\" is no edition; expected linux-2.6.9, linux-2.6.32 or linux-6.18");
}

oracle::TrackerKind tracker_of_options(const ctoracle_options& options) {
    if (options.tracker == nullptr) return oracle::TrackerKind::model;
    if (const auto kind = oracle::tracker_named(options.tracker)) return *kind;
    throw Refused(CTORACLE_BAD_ARGUMENT,
                  std::string("\"") + options.tracker + "\" is no tracker; expected model or fast");
}

Modules modules_of(const ctoracle_options& options) {
    if (options.module_count != 0 && options.modules == nullptr)
        throw Refused(CTORACLE_BAD_ARGUMENT, "module_count is not 0, and modules is null");
    Modules out;
    for (const char* name : std::span(options.modules, options.module_count)) {
        if (name == nullptr) throw Refused(CTORACLE_BAD_ARGUMENT, "a module is null");
        if (!oracle::load_module(out, name))
            throw Refused(CTORACLE_BAD_ARGUMENT,
                          std::string("\"") + name + "\" is no module; expected one of " + oracle::module_list());
    }
    return out;
}

/// The decision of tracking, as far as it has one.
ctoracle_verdict verdict_for_c(const Verdict& verdict) {
    ctoracle_verdict out{};
    out.size = sizeof out;
    out.seen = verdict.seen ? 1 : 0;
    out.state = state_for_c(verdict.info);
    out.direction = !verdict.dir                          ? CTORACLE_NO_DIRECTION
                    : *verdict.dir == Direction::original ? CTORACLE_ORIGINAL
                                                          : CTORACLE_REPLY;
    out.entry = verdict.entry;
    out.clause = info(verdict.clause).name.data();
    return out;
}

std::vector<ctoracle_packet> packets_for_c(const std::vector<Sent>& sent) {
    std::vector<ctoracle_packet> out;
    out.reserve(sent.size());
    for (const Sent& s : sent) out.push_back({s.side.c_str(), s.bytes.data(), s.bytes.size()});
    return out;
}

}  // namespace

std::vector<Interface> interfaces_of(const char* const* texts, std::size_t count) {
    if (count != 0 && texts == nullptr)
        throw Refused(CTORACLE_BAD_ARGUMENT, "interface_count is not 0, and interfaces is null");
    std::vector<Interface> out;
    for (const char* text : std::span(texts, count)) {
        if (text == nullptr) throw Refused(CTORACLE_BAD_ARGUMENT, "an interface is null");
        out.push_back(oracle::parse_interface(text));
    }
    return out;
}

Session::Call::Call(Session& session) : session_(session) {
    if (session.busy_) throw Refused(CTORACLE_BUSY, "called from within a callback of the same handle");
    session.busy_ = true;
}

Session::Session(const ctoracle_options& options)
    : tracking_(oracle::make_tracking(tracker_of_options(options), edition_of(options), modules_of(options), false)),
      reassembler_(tracking_->edition()) {
    oracle::set_stage(*tracking_);
    rules_.replaces = true;
    if (auto interfaces = interfaces_of(options.interfaces, options.interface_count); !interfaces.empty())
        router_.emplace(*tracking_, std::move(interfaces));
    reassembler_.configure(tracking_->settings());
}

void Session::require_time(Time now) const {
    if (now < 0 || now > CTORACLE_LAST_TIME)
        throw Refused(CTORACLE_TIME_WENT_BACK,
                      "the time " + std::to_string(now) + " is not between 0 and CTORACLE_LAST_TIME");
    if (now < tracking_->now())
        throw Refused(CTORACLE_TIME_WENT_BACK, "the time " + std::to_string(now) +
                                                   " is before that of the last call, " +
                                                   std::to_string(tracking_->now()));
}

PacketPath& Session::router_for(const char* what) {
    if (!router_) throw Refused(CTORACLE_NO_ROUTER, std::string(what) + " need a router: create it with interfaces");
    return *router_;
}

void Session::change_rules(Family family, const std::string& text) {
    PacketPath& router = router_for("rules");
    auto parsed = rules::parse(text, family);
    if (const auto* error = std::get_if<rules::ParseError>(&parsed)) throw Refused(CTORACLE_BAD_RULES, error->text());
    auto& mine = family == Family::ipv4 ? rules_.ipv4 : rules_.ipv6;
    mine = std::make_shared<const rules::RuleSet>(std::get<rules::RuleSet>(std::move(parsed)));
    router.change_rules(rules_);
}

void Session::load_nat(bool loaded) {
    PacketPath::RuleChange change;
    change.nat = loaded;
    router_for("hooks of NAT").change_rules(change);
}

void Session::change_interfaces(std::vector<Interface> interfaces, Time now) {
    PacketPath& router = router_for("interfaces");
    if (interfaces.empty()) throw Refused(CTORACLE_BAD_ARGUMENT, "interface_count is 0: a router has interfaces");
    advance(now);
    router.set_interfaces(std::move(interfaces), now);
}

void Session::configure(const std::string& name, std::int64_t value) {
    const Edition& edition = tracking_->edition();
    const auto found = oracle::find_setting(name, edition);
    if (!found)
        throw Refused(CTORACLE_BAD_SETTING,
                      "no edition has the setting " + name + "; the nearest name is " + oracle::nearest_setting(name));
    if (found->kind == oracle::NamedSetting::Kind::elsewhere)
        throw Refused(CTORACLE_BAD_SETTING, std::string(edition.name) + " has no setting " + name);
    if (found->kind == oracle::NamedSetting::Kind::not_modelled) return;
    if (const auto why = oracle::bad_value(found->setting, value, edition)) throw Refused(CTORACLE_BAD_SETTING, *why);
    tracking_->configure(found->setting, static_cast<std::uint32_t>(value));
    reassembler_.configure(tracking_->settings());
    if (router_) router_->settings_changed();
}

void Session::advance(Time now) {
    require_time(now);
    shown_ = {};
    if (router_) {
        static_cast<void>(router_->advance(now));
    } else {
        tracking_->advance(now);
        static_cast<void>(reassembler_.advance(now));
    }
}

// --- packets -------------------------------------------------------------------------------------------------------

void Session::require_interface(const char* interface) const {
    if ((interface != nullptr) != router_.has_value())
        throw Refused(CTORACLE_BAD_ARGUMENT, router_ ? "the interface is null, and there is a router"
                                                     : "an interface is named, and there is no router");
    if (router_ && router_->router().interface_named(interface) == nullptr)
        throw Refused(CTORACLE_BAD_ARGUMENT, std::string("the router has no interface \"") + interface + "\"");
}

ctoracle_verdict Session::track(const char* interface, std::span<const std::uint8_t> packet, Time now) {
    require_interface(interface);
    advance(now);
    OnTheWay way(*tracking_);
    enter(way.passage, interface, packet, now);
    go_on(way.passage, now);
    return show(way.passage);
}

ctoracle_verdict Session::hold(const char* interface, std::span<const std::uint8_t> packet, Time now,
                               ctoracle_hold_point at, std::uint64_t& held) {
    require_interface(interface);
    if (at != CTORACLE_HOLD_BEFORE_FORWARD && at != CTORACLE_HOLD_BEFORE_FREE)
        throw Refused(CTORACLE_BAD_ARGUMENT, std::to_string(at) + " is no ctoracle_hold_point");
    advance(now);
    auto way = std::make_unique<OnTheWay>(*tracking_);
    enter(way->passage, interface, packet, now);
    if (at == CTORACLE_HOLD_BEFORE_FREE) go_on(way->passage, now);
    const ctoracle_verdict out = show(way->passage);
    held = 0;
    if (way->passage.place == Passage::Place::stopped) return out;
    held_.emplace(last_held_ + 1, std::move(way));
    held = ++last_held_;
    return out;
}

ctoracle_verdict Session::release(std::uint64_t held, Time now) {
    const auto found = held_.find(held);
    if (found == held_.end())
        throw Refused(CTORACLE_BAD_ARGUMENT, "no packet of number " + std::to_string(held) + " is held");
    advance(now);
    const auto way = std::move(found->second);
    held_.erase(found);
    Passage& passage = way->passage;
    const bool had_left = passage.place != Passage::Place::before_routing;
    go_on(passage, now);
    // What it sent before was shown then.
    if (had_left) {
        passage.out.clear();
        passage.answers.clear();
    }
    return show(passage);
}

void Session::enter(Passage& passage, const char* interface, std::span<const std::uint8_t> packet, Time now) {
    if (router_)
        passage = router_->enter({packet.begin(), packet.end()}, interface, now, {});
    else
        enter_straight(passage, packet, now);
}

/// The rest of the way, if there is any.
void Session::go_on(Passage& passage, Time now) {
    if (passage.place != Passage::Place::before_routing) return;
    if (router_) return router_->go_on(passage, now);
    const bool lives = !passage.flight.verdict().dropped();
    const bool confirmed = lives && tracking_->confirm(passage.flight, now);
    passage.place = confirmed ? Passage::Place::left : Passage::Place::stopped;
    if (!confirmed) passage.stop = lives ? Stop::confirmation : Stop::tracking;
}

/// No router: reassembly and tracking.
void Session::enter_straight(Passage& passage, std::span<const std::uint8_t> packet, Time now) {
    wire::DecodeOptions how{.udplite_length_byte = tracking_->edition().core.udplite_sums_length_byte,
                            .loopback = true};
    const auto stop = [&](Stop why) {
        passage.place = Passage::Place::stopped;
        passage.stop = why;
    };
    auto decoded = wire::decode(packet, how);
    if (std::holds_alternative<wire::Malformed>(decoded)) return stop(Stop::malformed);
    const Taken taken = reassembler_.take(packet, {}, now);
    if (const auto* whole = std::get_if<WholeDatagram>(&taken.outcome)) {
        how.options_judged = true;
        decoded = wire::decode(whole->bytes, how);
    } else if (!std::holds_alternative<GoesOn>(taken.outcome)) {
        const auto* dropped = std::get_if<DroppedFragment>(&taken.outcome);
        passage.fragment = dropped != nullptr ? dropped->why : Clause::ip_fragment_waiting;
        return stop(Stop::fragment);
    }
    passage.packet = std::get<Packet>(decoded);
    passage.flight = tracking_->begin(passage.packet, now);
    if (passage.flight.verdict().dropped()) stop(Stop::tracking);
}

ctoracle_verdict Session::show(const Passage& passage) {
    ctoracle_verdict out = verdict_for_c(passage.verdict());
    out.accepted = passage.place == Passage::Place::left || passage.place == Passage::Place::delivered ? 1 : 0;
    out.stopped = passage.place == Passage::Place::stopped ? words(passage.stop).data() : nullptr;
    shown_.rule = passage.rule;
    out.rule = shown_.rule.empty() ? nullptr : shown_.rule.c_str();
    shown_.left = passage.out;
    for (const LocalAnswer& answer : passage.answers)
        if (answer.emerged) shown_.answers.push_back(answer.sent);
    shown_.left_for_c = packets_for_c(shown_.left);
    shown_.answers_for_c = packets_for_c(shown_.answers);
    out.left = shown_.left_for_c.data();
    out.left_count = shown_.left_for_c.size();
    out.answers = shown_.answers_for_c.data();
    out.answer_count = shown_.answers_for_c.size();
    return out;
}

// --- entries and events --------------------------------------------------------------------------------------------

void Session::dump(ctoracle_entry_callback callback, void* context) {
    tracking_->each_listed([&](const Entry& entry) {
        if (entry.filler) return;
        const ctoracle_entry shown = entry_for_c(entry, tracking_->edition(), tracking_->now());
        callback(&shown, context);
    });
}

bool Session::erase(const Tuple& tuple, Time now) {
    advance(now);
    return tracking_->erase(tuple, now);
}

/// What matches that are not known left behind goes with the entries, unless a packet may yet make one.
void Session::flush(Time now) {
    advance(now);
    router_&& held_.empty() ? router_->flush(now) : tracking_->flush(now);
}

void Session::flush_expectations(Time now) {
    advance(now);
    tracking_->flush_expectations(now);
}

void Session::fill(const Fill& fill, Time now) {
    constexpr std::uint32_t most = filler::last_number - filler::first_number + 1;
    const std::uint32_t left = most - filled_;
    if (fill.count > left)
        throw Refused(CTORACLE_BAD_ARGUMENT,
                      "the count is " + std::to_string(fill.count) + "; expected at most " + std::to_string(left));
    advance(now);
    filled_ += fill.count;
    tracking_->fill(fill, now);
}

std::uint64_t Session::subscribe(std::uint32_t types, ctoracle_event_callback callback, void* context) {
    return tracking_->observers().add(every_event, [this, types, callback, context](const Notice& notice) {
        ctoracle_event event = event_for_c(notice);
        if ((types & static_cast<std::uint32_t>(event.type)) == 0) return;
        ctoracle_entry entry = entry_for_c(notice.entry, tracking_->edition(), notice.now);
        entry.time_left = notice.time_left;
        event.entry = &entry;
        callback(&event, context);
    });
}

}  // namespace conntrack::library

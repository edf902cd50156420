#include "tests/model/path/session.hpp"

#include "oracle/text/addresses.hpp"
#include "spec/address_text.hpp"
#include "spec/rules/parse.hpp"
#include "tests/model/path/rules.hpp"
#include "tests/model/path/stages.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace conntrack::testing {

using oracle::Json;

namespace {

std::shared_ptr<const rules::RuleSet> parsed(const std::string& text, Family family) {
    if (text.empty()) return nullptr;
    auto out = rules::parse(text, family);
    if (const auto* error = std::get_if<rules::ParseError>(&out)) throw std::logic_error(error->text() + "\n" + text);
    return std::make_shared<const rules::RuleSet>(std::get<rules::RuleSet>(std::move(out)));
}

}  // namespace

PathSession::PathSession(const Edition& edition)
    : tracker_(edition, {.modules = {.udplite = true, .sctp = false, .gre = false}}),
      path_(tracker_, stage(0)),
      largest_(edition) {
    for (const Setting on : {Setting::acct, Setting::events}) tracker_.configure(on, 1);
    tracker_.configure(Setting::log_invalid, 255);
    history_.follow(tracker_);
}

PathSession::~PathSession() {
    for (Held& h : held_) path_.free(h.passage);
}

oracle::Json PathSession::scenario() const {
    return {{"name", "session"},
            {"edition", tracker_.edition().name},
            {"interfaces", stage_json(0)},
            {"modules", {"udplite"}},
            {"steps", steps_}};
}

void PathSession::step(Json json) {
    Json whole = {{"at", static_cast<double>(now_) / 1e9}};
    whole.update(json);
    steps_.push_back(std::move(whole));
    came_out_.emplace_back();
}

// --- packets -------------------------------------------------------------------------------------------------------

/// For TCP: the next byte of its sender, as the tracker knows it.
Bytes PathSession::next_packet(const PathMove& move) const {
    constexpr std::uint32_t first = 1000;
    const Bytes plain = packet_bytes(move, first, 0);
    const auto packet = read_packet(plain);
    if (!packet || !packet->tcp) return plain;
    const auto tuple = tuple_of(*packet, tracker_.edition(), tracker_.modules());
    const auto found = tuple ? tracker_.find(*tuple) : std::nullopt;
    if (!found) return packet_bytes(move, first + move.number % 3, 5001);
    const auto& c = found->entry->tcp;
    return packet_bytes(move, tcp::side<Concrete>(c, found->dir).td_end,
                        tcp::side<Concrete>(c, other(found->dir)).td_end);
}

std::uint64_t PathSession::nat_rules_asked() const {
    std::uint64_t asked = 0;
    for (const Family family : {Family::ipv4, Family::ipv6}) {
        const rules::RuleCounters* counters = path_.counters(family);
        if (counters == nullptr) continue;
        const auto& set = *path_.rules_in_force(family);
        if (!set.table(rules::TableId::nat)) continue;
        for (const rules::Chain& chain : set.table(rules::TableId::nat)->chains) {
            asked += (*counters)[chain.number].packets;
            for (const rules::Rule& rule : chain.rules) asked += (*counters)[rule.number].packets;
        }
    }
    return asked;
}

std::string PathSession::send(const Bytes& bytes, const std::string& in, Hold hold) {
    Json json = {{"in", in}, {"packet", oracle::to_hex(bytes)}};
    Held held;
    held.name = fmt::format("p{}", ++names_);
    if (hold != Hold::no) json["hold"] = held.name;
    if (hold == Hold::before_forward) json["hold_at"] = "forward";
    step(std::move(json));

    const std::uint64_t asked = nat_rules_asked();
    held.passage = path_.enter(bytes, in, now_, {});
    held.nat_at_start = path_.has_nat(held.passage.packet.family);
    if (hold == Hold::before_forward && held.passage.place != Passage::Place::stopped) {
        held_.push_back(std::move(held));
        return "";
    }
    path_.go_on(held.passage, now_);
    std::string wrong = finish(held, asked);
    if (hold == Hold::after_leaving && held.passage.place != Passage::Place::stopped)
        held_.push_back(std::move(held));
    else
        path_.free(held.passage);
    return wrong;
}

std::string PathSession::release(std::size_t which) {
    if (held_.empty()) return "";
    const auto it = held_.begin() + static_cast<std::ptrdiff_t>(which % held_.size());
    Held held = std::move(*it);
    held_.erase(it);
    step({{"release", held.name}});
    std::string wrong;
    if (held.passage.place == Passage::Place::before_routing) {
        const std::uint64_t asked = nat_rules_asked();
        path_.go_on(held.passage, now_);
        wrong = finish(held, asked);
    }
    path_.free(held.passage);
    return wrong;
}

/// The packet has gone its way. What is wrong with what became of it.
std::string PathSession::finish(Held& held, std::uint64_t asked_before) {
    const Passage& p = held.passage;
    // What the router answers is a packet of its own, and asks rules of its own.
    const bool asked = nat_rules_asked() != asked_before && p.answers.empty();
    for (const Sent& sent : p.out) {
        emerged_.push_front({sent.side, sent.bytes});
        came_out_.back().push_back(sent.bytes);
    }
    for (const LocalAnswer& answer : p.answers)
        if (answer.emerged) emerged_.push_front({answer.sent.side, answer.sent.bytes});
    constexpr std::size_t remembered = 16;
    if (emerged_.size() > remembered) emerged_.resize(remembered);

    const auto view = passage_view(held, asked);
    note(view, p);
    std::string out;
    for (const auto& invariant : invariant::passage_invariants)
        if (!invariant.holds(view)) out += std::string(invariant.name) + "\n";
    return out;
}

invariant::PassageView PathSession::passage_view(const Held& held, bool asked) const {
    using View = invariant::PassageView;
    const Passage& p = held.passage;
    View v;
    const Verdict& verdict = p.flight.verdict();
    v.info = verdict.info;
    v.dir = verdict.dir.value_or(Direction::original);
    const auto is_error = [](const Packet& packet) { return packet.inner || packet.redirected; };
    v.about_a_flow = p.arrived && is_error(*p.arrived) && verdict.info == CtInfo::related;
    // linux-2.6.9: a packet that tracking dropped carries its entry, but belongs to no direction.
    if (p.flight.entry() != nullptr && verdict.info) {
        v.entry = view_of(tracker_, *p.flight.entry(), now_, {}, largest_);
        v.entry->bindings_forgotten = forgotten_.count(v.entry->id) != 0;
    }
    if (p.arrived) v.came = tuple_of(*p.arrived, tracker_.edition(), tracker_.modules());
    // A merged packet keeps its ctinfo, though the entry that it is given may have begun the other way round.
    if (verdict.clause == Clause::core_clash_merged && !invariant::same_but_for_zone(v.came, v.entry->original))
        v.dir = Direction::reply;
    v.has_left = p.emerged();
    if (v.has_left) {
        const auto left = read_packet(p.bytes);
        if (left) v.left = tuple_of(*left, tracker_.edition(), tracker_.modules());
        v.unchanged = p.chunks.sizes.empty() ? std::ranges::equal(p.bytes, p.came) : v.came == v.left;
        if (v.about_a_flow && p.arrived->inner && left && left->inner) {
            v.quoted_came = tuple_of(*p.arrived->inner, tracker_.edition(), tracker_.modules());
            v.quoted_left = tuple_of(*left->inner, tracker_.edition(), tracker_.modules());
        }
    }
    const bool nat_now = path_.has_nat(p.packet.family);
    const bool always = held.nat_at_start && nat_now && !held.nat_changed;
    const bool never = !held.nat_at_start && !nat_now && !held.nat_changed;
    v.nat = always ? View::NatHooks::always : never ? View::NatHooks::never : View::NatHooks::at_times;
    v.asked_nat_rules = asked;
    return v;
}

/// Counts what the session is worth.
void PathSession::note(const invariant::PassageView& view, const Passage& passage) {
    ++met_[passage.stop == Stop::none ? "went its way" : std::string(words(passage.stop))];
    if (view.has_left && !view.unchanged) ++met_[view.dir == Direction::original ? "translated" : "translated back"];
    if (view.has_left && view.about_a_flow && !view.unchanged) ++met_["translated error"];
    if (!view.entry && view.has_left) ++met_["without an entry"];
    if (view.entry && view.entry->linked_by_reply_only()) ++met_["clash by reply only"];
    if (passage.flight.verdict().clause == Clause::core_clash_merged) ++met_["clash merged"];
    if (view.entry && view.entry->bound(nat::Manip::src) && view.entry->bound(nat::Manip::dst)) ++met_["bound twice"];
    if (view.entry && view.entry->bindings_forgotten) ++met_["forgotten binding"];
    if (view.entry && passage.packet.family == Family::ipv6 && !view.unchanged && view.has_left) ++met_["IPv6"];
    if (!passage.chunks.sizes.empty()) ++met_["reassembled"];
}

// --- everything else -----------------------------------------------------------------------------------------------

void PathSession::change_rules(const PathMove& move, bool replaces) {
    const bool had_nat = path_.has_nat(Family::ipv4);
    PacketPath::RuleChange change;
    Json json = Json::object();
    if (replaces) {
        picked_rules_ = move.shape == 0 ? 0 : move.number & (move.number << 1 | move.number >> 1 | 0xff);
        const std::string v4 = rules_text(picked_rules_, Family::ipv4, tracker_.edition());
        const std::string v6 =
            tracker_.edition().core.ipv6 ? rules_text(picked_rules_, Family::ipv6, tracker_.edition()) : "";
        change.replaces = true;
        change.ipv4 = parsed(v4, Family::ipv4);
        change.ipv6 = parsed(v6, Family::ipv6);
        json["rules"] = {{"ipv4", v4}, {"ipv6", v6}};
    } else {
        nat_wanted_ = !nat_wanted_;
        change.nat = nat_wanted_;
        json["nat"] = nat_wanted_;
    }
    step(std::move(json));
    const auto before = views();
    path_.change_rules(change);
    const bool has_nat = path_.has_nat(Family::ipv4);
    if (had_nat != has_nat)
        for (Held& h : held_) h.nat_changed = true;
    if (had_nat && !has_nat && tracker_.edition().nat.forgets_when_unloaded)
        for (const EntryView& v : before) forgotten_.insert(v.id);
}

void PathSession::change_interfaces(const PathMove& move) {
    const std::size_t number = move.number % stage_count;
    step({{"interfaces", stage_json(number)}});
    path_.set_interfaces(stage(number), now_);
}

void PathSession::configure(const PathMove& move) {
    struct Choice {
        Setting setting;
        const char* name;
        std::array<std::uint32_t, 3> values;
    };
    constexpr std::array<Choice, 4> choices = {
        {{Setting::max, "nf_conntrack_max", {65'536, 3, 6}},
         {Setting::udp_timeout, "nf_conntrack_udp_timeout", {30, 0, 5}},
         {Setting::icmp_timeout, "nf_conntrack_icmp_timeout", {30, 1, 300}},
         {Setting::tcp_timeout_time_wait, "nf_conntrack_tcp_timeout_time_wait", {120, 1, 500}}}};
    const Choice& choice = choices[move.shape % choices.size()];
    const std::uint32_t value = choice.values[move.number % 3];
    step({{"sysctl", {{choice.name, value}}}});
    tracker_.configure(choice.setting, value);
    path_.settings_changed();
    largest_.set(choice.setting, std::max(largest_[choice.setting], value));
}

void PathSession::wait(const PathMove& move) {
    constexpr std::array<std::int64_t, 12> usual_ms = {1,      500,    1000,    2001,    5000,    10'000,
                                                       30'000, 60'000, 120'000, 181'000, 600'000, 432'000'000};
    now_ += milliseconds(usual_ms[move.shape % usual_ms.size()]);
    step({{"observe", true}});
    path_.advance(now_);
}

void PathSession::erase(const PathMove& move) {
    const auto packet = read_packet(packet_bytes(move, 0, 0));
    const auto tuple = packet ? tuple_of(*packet, tracker_.edition(), tracker_.modules()) : std::nullopt;
    if (!tuple) return;
    const bool ports =
        tuple->proto == protocol::tcp || tuple->proto == protocol::udp || tuple->proto == protocol::udplite;
    Json json = {{"src", address_text(tuple->family, tuple->src)},
                 {"dst", address_text(tuple->family, tuple->dst)},
                 {"proto", tuple->proto}};
    if (ports) json.update({{"sport", tuple->src_part}, {"dport", tuple->dst_part}});
    if (tuple->is_icmp())
        json.update({{"id", tuple->src_part}, {"type", tuple->icmp_type()}, {"code", tuple->icmp_code()}});
    step({{"delete", json}});
    tracker_.erase(*tuple, now_);
}

std::string PathSession::make(const PathMove& move) {
    const std::size_t count = emerged_.size();
    const Emerged* which = count == 0 ? nullptr : &emerged_[std::min<std::size_t>(move.which / 2, count - 1)];
    const std::string opens = move.inward ? "outside" : "inside";
    switch (move.deed) {
        case PathDeed::packet: return send(next_packet(move), opens, move.hold);
        case PathDeed::answer: {
            const auto bytes = which != nullptr ? answer_bytes(which->bytes, move) : std::nullopt;
            return bytes ? send(*bytes, std::string(which->side), move.hold) : "";
        }
        case PathDeed::error: {
            if (which == nullptr) return "";
            const Bytes bytes = error_bytes(which->bytes, move);
            return send(bytes, std::string(which->side), move.hold);
        }
        case PathDeed::fragments: {
            if (move.ipv6) return "";
            const auto parts = in_two_fragments(next_packet(move));
            for (std::size_t i = 0; i < (move.shape == 0 ? 1 : parts.size()); ++i)
                if (auto wrong = send(parts[i], opens, Hold::no); !wrong.empty()) return wrong;
            return "";
        }
        case PathDeed::wait: wait(move); break;
        case PathDeed::release: return release(move.which);
        case PathDeed::rules: change_rules(move, true); break;
        case PathDeed::nat_hooks: change_rules(move, false); break;
        case PathDeed::interfaces: change_interfaces(move); break;
        case PathDeed::configure: configure(move); break;
        case PathDeed::flush:
            step({{"flush", true}});
            tracker_.flush(now_);
            break;
        case PathDeed::erase: erase(move); break;
    }
    return "";
}

std::vector<EntryView> PathSession::views() const {
    Carriers carriers;
    for (const Held& h : held_)
        if (h.passage.flight.entry() != nullptr) ++carriers[h.passage.flight.entry()->id];
    auto all = views_of(tracker_, now_, carriers, largest_);
    for (EntryView& v : all) v.bindings_forgotten = forgotten_.count(v.id) != 0;
    return all;
}

std::string PathSession::check() {
    path_.advance(now_);
    const auto all = views();
    if (auto broken = violations(all); !broken.empty()) return broken;
    if (auto broken = broken_steps(std::exchange(last_views_, all), all); !broken.empty()) return broken;
    if (all.size() != tracker_.table().existing()) return "entries that no list shows";
    return history_.check(all, tracker_.notice_rules().notifier);
}

/// All packets are freed and all time passes.
std::string PathSession::end() {
    while (!held_.empty())
        if (auto wrong = release(0); !wrong.empty()) return wrong;
    constexpr std::int64_t longer_than_any_timeout = 10'000'000;
    now_ += seconds(longer_than_any_timeout);
    path_.advance(now_);
    const auto& fragments = path_.reassembler();
    const invariant::RestView rest{tracker_.table().existing(), tracker_.table().linked(), tracker_.nat().listed(),
                                   fragments.waiting_datagrams(),
                                   fragments.charged_bytes(Family::ipv4) + fragments.charged_bytes(Family::ipv6)};
    std::string out;
    for (const auto& invariant : invariant::rest_invariants)
        if (!invariant.holds(rest)) out += std::string(invariant.name) + "\n";
    return out + check();
}

std::string PathSession::play(const std::vector<PathMove>& moves) {
    const auto told = [&](const std::string& when, const std::string& wrong) {
        return when + wrong + "\nwhat `ctoracle replay` plays of it:\n" + scenario().dump() + "\n";
    };
    for (std::size_t i = 0; i < moves.size(); ++i) {
        std::string wrong = make(moves[i]);
        if (wrong.empty()) wrong = check();
        if (wrong.empty()) continue;
        std::ostringstream when;
        when << "after move " << i + 1 << ", " << moves[i];
        return told(when.str(), wrong);
    }
    const std::string wrong = end();
    return wrong.empty() ? "" : told("in the end: ", wrong);
}

}  // namespace conntrack::testing

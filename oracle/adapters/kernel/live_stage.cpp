#include "oracle/adapters/kernel/live_stage.hpp"

#include "oracle/adapters/asked_tuple.hpp"
#include "oracle/play/substitute.hpp"
#include "oracle/text/sysctl_names.hpp"
#include "spec/editions.hpp"
#include "spec/wire/big_endian.hpp"
#include "spec/wire/checksum.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <thread>
#include <utility>

namespace conntrack::oracle::kernel {

namespace {

using Bytes = std::vector<std::uint8_t>;
/// Between a packet and the look at its entry; a timeout in seconds may then be read another second off.
constexpr Time longest_step = milliseconds(250);
constexpr const char* settings_folder = "net/netfilter/";

/// A forwarded packet as recordings show it: the router's decrement undone, cut where the IP header says.
Bytes as_recorded(Bytes packet) {
    const bool v6 = packet[0] >> 4 == 6;
    const std::size_t header = v6 ? 40 : std::size_t{4} * (packet[0] & 0xf);
    if (packet.size() < header) return packet;
    const std::size_t length = v6 ? header + wire::get16(packet, 4) : wire::get16(packet, 2);
    if (length < packet.size()) packet.resize(length);
    if (v6) {
        ++packet[7];
        return packet;
    }
    ++packet[8];
    wire::put16(packet, 10, 0);
    wire::put16(packet, 10, wire::complement(wire::sum_bytes(std::span(packet).first(header))));
    return packet;
}

bool is_fragment(const Bytes& bytes) {
    constexpr std::uint8_t ipv6_fragment = 44;
    if (bytes.size() < 20) return false;
    return bytes[0] >> 4 == 6 ? bytes[6] == ipv6_fragment : (wire::get16(bytes, 6) & 0x3fff) != 0;
}

bool is_of_fragments(const std::pair<std::string, std::int64_t>& setting) {
    return setting.first.find("frag") != std::string::npos;
}

/// The rules after a header, or after a step that changes `before`.
Stage::Rules rules_after(const Stage::Rules& before, const Json& change) {
    Stage::Rules out = before;
    if (change.contains("rules")) {
        const Json& rules = change.at("rules");
        out.ipv4 = rules.value("ipv4", "");
        out.ipv6 = rules.value("ipv6", "");
    }
    if (change.contains("nat")) out.nat = change.at("nat").get<bool>();
    return out;
}

}  // namespace

LiveStage::LiveStage(const std::vector<Interface>& interfaces)
    : stage_(interfaces), entries_((hear_log(heard_), heard_)) {
    for (const auto& [name, value] :
         {std::pair{"nf_conntrack_acct", "1"}, {"nf_conntrack_events", "1"}, {"nf_conntrack_log_invalid", "255"}})
        if (!Stage::set_sysctl(std::string(settings_folder) + name, value))
            throw CannotRun(fmt::format("{} cannot be set", name));
}

bool LiveStage::is_spent() const {
    return has_changed_interfaces_ || is_clean_at_ == std::chrono::steady_clock::time_point::max();
}

bool LiveStage::fits(const Scenario& scenario) const {
    const auto same_networks = [](const std::vector<Network>& a, const std::vector<Network>& b) {
        return std::ranges::equal(a, b, [](const Network& x, const Network& y) {
            return x.family == y.family && x.address == y.address && x.prefix_bits == y.prefix_bits;
        });
    };
    if (is_spent() || std::chrono::steady_clock::now() < is_clean_at_ || !stage_.takes(rules_after({}, scenario.json)))
        return false;
    return std::ranges::equal(stage_.interfaces(), scenario.interfaces, [&](const Interface& a, const Interface& b) {
        return a.name == b.name && same_networks(a.addresses, b.addresses) && same_networks(a.networks, b.networks);
    });
}

void LiveStage::change_settings(const SysctlStep& step) {
    for (const auto& [name, value] : step.values) {
        const std::string path = settings_folder + name;
        const auto before = Stage::sysctl(path);
        if (before) settings_before_.emplace(path, *before);
        if (before && !Stage::set_sysctl(path, std::to_string(value)))
            throw InputError("kernel", fmt::format("{} cannot be set to {} in a network namespace", name, value));
    }
}

void LiveStage::begin(const Scenario& scenario) {
    shown_.clear();
    ways_.clear();
    answered_ = judged_ = 0;
    listen();
    entries_.remove_all();
    for (const auto& [path, value] : settings_before_) Stage::set_sysctl(path, value);
    settings_before_.clear();
    waits_ = !scenario.steps.empty() && scenario.steps.back().at > 0;
    let_fragments_go_soon(!waits_ && std::ranges::none_of(scenario.sysctl.values, is_of_fragments));
    change_settings(scenario.sysctl);
    change_rules(rules_after({}, scenario.json));
    (void)stage_.take_left();
    listen();
    entries_.forget();
    was_interrupted_ = false;
    clock_width_ = 0;
    late_.clear();
    met_fragments_ = false;
    began_ = std::chrono::steady_clock::now();
}

void LiveStage::change_rules(const Stage::Rules& rules) {
    rules_ = rules;
    stage_.set_rules(rules_);
    const auto names_helper = [](const std::string& text) { return text.find("--helper") != std::string::npos; };
    may_expect_ = names_helper(rules_.ipv4) || names_helper(rules_.ipv6);
}

/// The kernel keeps fragments that are not whole for 30 or 60 seconds. The next scenario here must not meet them.
void LiveStage::let_fragments_go_soon(bool soon) {
    if (soon == fragments_go_soon_) return;
    fragments_go_soon_ = true;
    for (const auto& [path, usual] : {std::pair{"net/ipv4/ipfrag_time", "30"},
                                      {"net/ipv6/ip6frag_time", "60"},
                                      {"net/netfilter/nf_conntrack_frag6_timeout", "60"}})
        fragments_go_soon_ = Stage::set_sysctl(path, soon ? "1" : usual) && fragments_go_soon_;
    fragments_go_soon_ = fragments_go_soon_ && soon;
}

void LiveStage::leave_fragments() {
    using namespace std::chrono_literals;
    constexpr auto until_gone = 1500ms, until_some_go = 500ms;
    if (!met_fragments_ || !fragments_go_soon_) return;
    const auto now = std::chrono::steady_clock::now();
    is_clean_at_ = now + until_gone;
    if (now - began_ > until_some_go) was_interrupted_ = true;
}

/// Reads all that was told until now. What comes after the last answer is told of the last step, but its events are
/// added to `events` where that is given.
void LiveStage::listen(std::vector<ShownNotice>* events) {
    ShownStep nobodys_step;
    Way nobodys_way;
    heard_.drain([&](const nlmsghdr& message) {
        const bool is_of_nobody = shown_.empty();
        const std::size_t i = is_of_nobody ? 0 : std::min(answered_, shown_.size() - 1);
        Way& way = is_of_nobody ? nobodys_way : ways_[i];
        if (read_log(message, way.logged)) return;
        entries_.hear(message,
                      events != nullptr ? *events
                      : is_of_nobody    ? nobodys_step.events
                                        : shown_[i].events,
                      way.answer);
        if (message.nlmsg_seq != 0 && !is_of_nobody) ++answered_;
    });
    judge();
}

/// Those that are told of to their end.
void LiveStage::judge() {
    for (; judged_ < answered_; ++judged_)
        if (ways_[judged_].entered != nullptr) judge(ways_[judged_], shown_[judged_]);
}

/// What the rules logged, what left, and the entry, together.
void LiveStage::judge(Way& way, ShownStep& shown) {
    ShownVerdict& verdict = shown.verdict.emplace();
    verdict.seen = way.logged.seen;
    verdict.ct = way.logged.ct;
    verdict.dir = way.logged.dir;
    verdict.emerged = !way.left.empty() && !way.logged.answered;
    for (std::size_t i = 0; i < way.left.size(); ++i) {
        ShownSent sent{way.left[i].interface, std::move(way.left[i].packet)};
        if (!verdict.emerged) {
            verdict.local.push_back(std::move(sent));
            continue;
        }
        sent.bytes = as_recorded(std::move(sent.bytes));
        if (i > 0) {
            verdict.more.push_back(std::move(sent));
            continue;
        }
        verdict.is_same = sent.bytes == *way.entered;
        if (verdict.is_same) sent.bytes.clear();
        verdict.sent = std::move(sent);
    }
    shown.log = std::move(way.logged.reasons);
    if (way.answer && (*way.answer || verdict.dir)) shown.entry = std::move(way.answer);
}

/// Until its time has come. Interfaces change before: the step's time is when that has been done.
void LiveStage::wait_for(const Step& step) {
    const auto* change = std::get_if<InterfacesStep>(&step.action);
    if (!waits_ && change == nullptr) return;
    listen();
    std::this_thread::sleep_until(began_ + std::chrono::nanoseconds(step.at));
    if (change != nullptr) change_interfaces(*change);
}

/// Linux notices that an entry has expired when somebody looks at it, or within a minute: we look. What was heard of
/// since the last step.
std::vector<ShownNotice> LiveStage::look_for_expired(const Step& step) {
    if (!waits_ && !std::holds_alternative<InterfacesStep>(step.action)) return {};
    (void)entries_.table();
    std::vector<ShownNotice> out = std::exchange(late_, {});
    listen(&out);
    return out;
}

/// MASQUERADE forgets what hung on an address that went in the background (nf_nat_masq_schedule()); nothing tells when
/// it is done. The step's time is when it has been: what expires meanwhile went before it.
void LiveStage::change_interfaces(const InterfacesStep& step) {
    constexpr std::chrono::milliseconds usually_done_after(100), longest_change(600);
    has_changed_interfaces_ = true;
    const auto began = std::chrono::steady_clock::now();
    stage_.change_interfaces(step.interfaces);
    std::this_thread::sleep_for(usually_done_after);
    if (std::chrono::steady_clock::now() - began > longest_change) was_interrupted_ = true;
    (void)stage_.take_left();  // what the router says of itself to those it has met
}

void LiveStage::send(const PacketStep& step) {
    if (!step.substitutions.empty()) {
        listen();
        shown_.back().entered = substituted(step, [&](std::size_t i) -> std::optional<std::span<const std::uint8_t>> {
            if (i + 1 >= shown_.size() || !shown_[i].verdict || !shown_[i].verdict->emerged) return std::nullopt;
            return shown_[i].verdict->is_same ? *ways_[i].entered : shown_[i].verdict->sent.bytes;
        });
    }
    const Bytes& bytes = shown_.back().entered ? *shown_.back().entered : step.bytes;
    if (is_fragment(bytes)) {
        met_fragments_ = true;
        is_clean_at_ = std::chrono::steady_clock::time_point::max();  // until leave_fragments() knows better
    }
    stage_.enter(step.interface, bytes);
    ways_.back().left = stage_.take_left();
    ways_.back().entered = &bytes;
}

void LiveStage::change(const Scenario& scenario, const Step& step) {
    const auto cannot = [&](const char* what) {
        return InputError(scenario.name,
                          fmt::format("step {} {}, which cannot be done to the live kernel", shown_.size() - 1, what));
    };
    if (std::holds_alternative<RulesStep>(step.action)) {
        const Stage::Rules rules = rules_after(rules_, step.json);
        if (met_fragments_ || !stage_.takes(rules)) throw cannot("takes NAT away");
        change_rules(rules);
    } else if (const auto* settings = std::get_if<SysctlStep>(&step.action)) {
        change_settings(*settings);
    } else if (std::holds_alternative<FlushStep>(step.action)) {
        entries_.flush();
    } else if (std::holds_alternative<FlushExpectationsStep>(step.action)) {
        entries_.flush_expectations();
    } else if (const auto* gone = std::get_if<DeleteStep>(&step.action)) {
        entries_.remove(gone->tuple);
    } else if (!std::holds_alternative<ObserveStep>(step.action) &&
               !std::holds_alternative<InterfacesStep>(step.action)) {
        throw cannot("holds a packet or fills the table");
    }
}

/// False: there is none to ask for.
bool LiveStage::ask_for_entry() {
    const Bytes* const bytes = ways_.back().entered;
    if (bytes == nullptr) return false;
    const auto tuple = asked_tuple(*bytes, conntrack::edition(EditionId::linux_6_18));
    if (tuple) entries_.ask(*tuple);
    return tuple.has_value();
}

/// At what the step has left behind, now.
void LiveStage::look(KernelAdapter::Shows shows) {
    const bool whole = shows == KernelAdapter::Shows::table;
    if (waits_ && !whole) return look_late();
    const bool is_asked = !whole && ask_for_entry();
    if (is_asked && !may_expect_) return;
    listen();
    if (whole) shown_.back().table = entries_.table();
    if (auto expected = entries_.expected(); !expected.empty() || whole) shown_.back().expected = std::move(expected);
    listen();  // who was found to have expired: a table without it belongs to this step
    answered_ = shown_.size();
    judge();
}

/// Who is found to have expired while we look did so after the step: the next one shows it. If it was the packet's
/// entry, nothing is known of that.
void LiveStage::look_late() {
    listen();
    const bool is_asked = ask_for_entry();
    if (auto expected = entries_.expected(); !expected.empty()) shown_.back().expected = std::move(expected);
    listen(&late_);
    if (is_asked && !late_.empty() && shown_.back().entry && !*shown_.back().entry) shown_.back().entry.reset();
    answered_ = shown_.size();
    judge();
}

void LiveStage::play(const Scenario& scenario, const Step& step, KernelAdapter::Shows shows, Time& at) {
    const auto since_begin = [&] {
        const auto passed = std::chrono::steady_clock::now() - began_;
        return std::chrono::duration_cast<std::chrono::microseconds>(passed).count() * Time{1000};
    };
    wait_for(step);
    const Time looked_from = since_begin();
    std::vector<ShownNotice> early = look_for_expired(step);
    shown_.emplace_back().early = std::move(early);
    ways_.emplace_back();
    at = since_begin();
    const auto* packet = std::get_if<PacketStep>(&step.action);
    if (packet != nullptr && !packet->hold)
        send(*packet);
    else
        change(scenario, step);
    look(shows);
    // Other steps may take their time; a flush ends everything, whenever that is.
    const Time ended = packet != nullptr ? since_begin() : at;
    if (ended - at > longest_step) was_interrupted_ = true;
    clock_width_ = std::max(clock_width_, ended - looked_from);
}

void LiveStage::play(const Scenario& scenario, KernelAdapter::Shows shows, Recording& out) {
    begin(scenario);
    shown_.reserve(scenario.steps.size());  // packets are pointed to
    ways_.reserve(scenario.steps.size());
    out.steps.reserve(scenario.steps.size());
    for (const Step& step : scenario.steps) {
        RecordedStep& recorded = out.steps.emplace_back(RecordedStep{step, {}, out.steps.size() + 1});
        play(scenario, step, shows, recorded.step.at);
    }
    listen();
    if (answered_ != shown_.size()) throw Overrun();
    leave_fragments();
    if (waits_) out.clock_width = clock_width_;
    out.shown = {EditionId::linux_6_18, std::move(shown_), {}};
}

}  // namespace conntrack::oracle::kernel

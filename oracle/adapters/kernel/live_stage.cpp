#include "oracle/adapters/kernel/live_stage.hpp"

#include "oracle/adapters/asked_tuple.hpp"
#include "oracle/adapters/resolve.hpp"
#include "oracle/text/addresses.hpp"
#include "oracle/text/sysctl_names.hpp"
#include "spec/wire/big_endian.hpp"
#include "spec/wire/checksum.hpp"
#include "spec/wire/decode.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <thread>
#include <utility>

namespace conntrack::oracle::kernel {

namespace {

using Bytes = std::vector<std::uint8_t>;
/// Between a packet and the look at its entry; a timeout in seconds may then be read another second off.
constexpr std::chrono::milliseconds longest_step(250);
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

Json null_if(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }

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

LiveStage::LiveStage(const std::vector<Interface>& interfaces) : stage_(interfaces) {
    for (const auto& [name, value] :
         {std::pair{"nf_conntrack_acct", "1"}, {"nf_conntrack_events", "1"}, {"nf_conntrack_log_invalid", "255"}})
        if (!Stage::set_sysctl(std::string(settings_folder) + name, value))
            throw CannotRun(fmt::format("{} cannot be set", name));
}

bool LiveStage::fits(const Scenario& scenario) const {
    const auto same_networks = [](const std::vector<Network>& a, const std::vector<Network>& b) {
        return std::ranges::equal(a, b, [](const Network& x, const Network& y) {
            return x.family == y.family && x.address == y.address && x.prefix_bits == y.prefix_bits;
        });
    };
    if (may_hold_fragments_ || has_changed_interfaces_ || !stage_.takes(rules_after({}, scenario.json))) return false;
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
    (void)entries_.table();
}

void LiveStage::begin(const Scenario& scenario) {
    entries_.clear();
    for (const auto& [path, value] : settings_before_) Stage::set_sysctl(path, value);
    settings_before_.clear();
    change_settings(scenario.sysctl);
    rules_ = rules_after({}, scenario.json);
    stage_.set_rules(rules_);
    (void)stage_.take_left();
    (void)log_.take();
    was_interrupted_ = false;
    waits_ = !scenario.steps.empty() && scenario.steps.back().at > 0;
    clock_width_ = 0;
    late_.clear();
    began_ = std::chrono::steady_clock::now();
}

void LiveStage::show_entry(const Bytes& bytes, Json& line) {
    const bool has_entry = line.at("verdict").contains("dir") && !line.at("verdict").at("dir").is_null();
    const auto tuple = asked_tuple(bytes, conntrack::edition(EditionId::linux_6_18));
    if (!tuple) return;
    const auto entry = entries_.get(*tuple);
    if (entry)
        line["entry"] = *entry;
    else if (has_entry)
        line["entry"] = nullptr;
}

/// Who was found to have expired while we looked at the packet's entry did so after the packet: the next step shows it.
/// If it was that entry, nothing is known of it.
void LiveStage::take_late_events(Json& line) {
    late_ = entries_.take_events();
    if (!late_.empty() && line.contains("entry") && line.at("entry").is_null()) line.erase("entry");
}

Json LiveStage::play_packet(const PacketStep& step, const Bytes& bytes, Json& line) {
    may_hold_fragments_ = may_hold_fragments_ || is_fragment(bytes);
    stage_.enter(step.interface, bytes);
    auto left = stage_.take_left();
    const LoggedVerdict logged = log_.take();
    const bool emerged = !left.empty() && !logged.answered;
    Json verdict = {
        {"seen", logged.seen}, {"ct", null_if(logged.ct)}, {"dir", null_if(logged.dir)}, {"emerged", emerged}};
    Json others = Json::array();
    for (std::size_t i = 0; i < left.size(); ++i) {
        const Bytes out = emerged ? as_recorded(std::move(left[i].packet)) : std::move(left[i].packet);
        const Json sent = {{"side", left[i].interface},
                           {"out", emerged && out == bytes ? std::string("same") : to_hex(out)}};
        if (emerged && i == 0)
            verdict.update(sent);
        else
            others.push_back(sent);
    }
    if (!others.empty()) verdict[emerged ? "more" : "local"] = std::move(others);
    if (!logged.reasons.empty()) line["log"] = logged.reasons;
    return verdict;
}

RecordedStep LiveStage::play(const Step& step, const Recording& so_far, KernelAdapter::Shows shows) {
    std::this_thread::sleep_until(began_ + std::chrono::nanoseconds(step.at));
    if (const auto* change = std::get_if<InterfacesStep>(&step.action)) change_interfaces(*change);
    const auto looked_from = std::chrono::steady_clock::now();
    // Linux notices that an entry has expired when somebody looks at it, or within a minute: we look.
    if (waits_) (void)entries_.table();
    const std::size_t i = so_far.steps.size();
    const auto cannot = [&](const char* what) {
        return InputError(so_far.scenario.name,
                          fmt::format("step {} {}, which cannot be done to the live kernel", i, what));
    };
    RecordedStep out{step, Json{{"i", i}, {"step", step.json}}, i + 1};
    Json& line = out.line;
    std::vector<Json> early = std::exchange(late_, {});
    for (Json& event : entries_.take_events()) early.push_back(std::move(event));
    const auto step_began = std::chrono::steady_clock::now();
    const auto now = std::chrono::duration_cast<std::chrono::microseconds>(step_began - began_);
    line["t"] = static_cast<double>(now.count()) / 1e6;
    out.step.at = now.count() * 1000;
    Bytes bytes;
    if (const auto* packet = std::get_if<PacketStep>(&step.action)) {
        if (packet->hold) throw cannot("holds a packet");
        bytes = resolved(*packet, so_far);
        if (!packet->substitutions.empty()) line["sent"] = to_hex(bytes);
        line["verdict"] = play_packet(*packet, bytes, line);
    } else if (std::holds_alternative<RulesStep>(step.action)) {
        rules_ = rules_after(rules_, step.json);
        if (may_hold_fragments_ || !stage_.takes(rules_)) throw cannot("takes NAT away");
        stage_.set_rules(rules_);
    } else if (const auto* settings = std::get_if<SysctlStep>(&step.action)) {
        change_settings(*settings);
    } else if (std::holds_alternative<FlushStep>(step.action)) {
        entries_.flush();
    } else if (std::holds_alternative<FlushExpectationsStep>(step.action)) {
        entries_.flush_expectations();
    } else if (const auto* gone = std::get_if<DeleteStep>(&step.action)) {
        entries_.remove(gone->tuple);
    } else if (std::holds_alternative<FillStep>(step.action) || std::holds_alternative<ReleaseStep>(step.action)) {
        throw cannot("fills the table or releases a packet");
    }
    std::vector<Json> events = entries_.take_events();
    if (shows == KernelAdapter::Shows::table)
        line["table"] = entries_.table();
    else if (line.contains("verdict"))
        show_entry(bytes, line);
    if (auto expected = entries_.expected(); !expected.empty() || shows == KernelAdapter::Shows::table)
        line["expect"] = std::move(expected);
    // Who is found to have expired while we look: a table without it belongs to this step.
    if (shows == KernelAdapter::Shows::table)
        for (Json& event : entries_.take_events()) events.push_back(std::move(event));
    else
        take_late_events(line);
    line["events"] = std::move(events);
    if (!early.empty()) line["pre_events"] = early;
    const bool is_packet = line.contains("verdict");  // other steps may take their time
    const auto step_ended = std::chrono::steady_clock::now();
    if (is_packet && step_ended - step_began > longest_step) was_interrupted_ = true;
    // A flush ends everything, whenever that is.
    const Time took = std::chrono::nanoseconds((is_packet ? step_ended : step_began) - looked_from).count();
    clock_width_ = std::max(clock_width_, took);
    return out;
}

}  // namespace conntrack::oracle::kernel

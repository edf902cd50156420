#include "oracle/check/recorded_evictions.hpp"

#include "model/tracking.hpp"

#include <set>
#include <variant>

namespace conntrack::oracle {

namespace {

/// A tuple of a recorded entry; its zone is the entry's unless it has one of its own.
Tuple tuple_of(const Fields& entry, const char* key) {
    const Fields fields = entry.object(key);
    Tuple tuple = fields.tuple();
    if (!fields.has("zone") && entry.has("zone")) tuple.zone = entry.port("zone");
    return tuple;
}

}  // namespace

void RecordedEvictions::begin_step(std::size_t step) {
    step_ = step;
    packet_tuple_.reset();
    asked_collected_ = asked_early_drop_ = false;
}

Fields RecordedEvictions::line() const {
    const RecordedStep& step = recording_.steps[step_];
    return {step.line, {recording_.path, step.line_number}, ""};
}

void RecordedEvictions::read_buckets() {
    if (std::exchange(buckets_read_, true)) return;
    for (const RecordedStep& step : recording_.steps) {
        const Fields fields(step.line, {recording_.path, step.line_number}, "");
        knows_buckets_ = knows_buckets_ || fields.has("bucket");
        if (!fields.has("table")) continue;
        for (std::size_t i = 0; i < fields.array_size("table"); ++i) {
            const Fields entry = fields.element("table", i);
            if (!entry.has("buckets")) continue;
            knows_buckets_ = true;
            const Json& pair = entry.json().at("buckets");
            buckets_.emplace(tuple_of(entry, "orig"), pair.at(0).get<std::uint32_t>());
            buckets_.emplace(tuple_of(entry, "reply"), pair.at(1).get<std::uint32_t>());
        }
    }
}

std::uint32_t RecordedEvictions::bucket(const Tuple& tuple, std::uint32_t otherwise) {
    read_buckets();
    if (packet_tuple_ == tuple && line().has("bucket"))
        otherwise = static_cast<std::uint32_t>(line().integer("bucket"));
    return buckets_.emplace(tuple, otherwise).first->second;
}

bool RecordedEvictions::packet_was_refused() const {
    if (!line().has("verdict")) return false;
    const Fields verdict = line().object("verdict");
    return verdict.flag_or("seen", false) && verdict.has("ct") && verdict.json().at("ct").is_null();
}

/// Nothing where buckets are known, or where the recording does not say what became of the packet.
std::optional<EarlyDropSeen> RecordedEvictions::early_drop() {
    read_buckets();
    if (knows_buckets_) return std::nullopt;
    const bool first = !std::exchange(asked_early_drop_, true);
    if (std::holds_alternative<FillStep>(recording_.steps[step_].step.action)) {
        const bool shows_who_went = line().has("events") || line().has("table");
        if (!shows_who_went) return std::nullopt;
        return EarlyDropSeen{true, first ? victims() : std::vector<Tuple>{}};
    }
    if (!line().has("verdict")) return std::nullopt;
    return EarlyDropSeen{!packet_was_refused(), victims()};
}

/// By the events; where the edition or the recording has none, by what is missing in the table.
std::optional<std::vector<Tuple>> RecordedEvictions::victims() const {
    std::vector<Tuple> out;
    if (line().has("events")) {
        for (const CollectedSeen& gone : destroyed("events")) out.push_back(gone.original);
        return out;
    }
    if (!line().has("table")) return std::nullopt;
    std::set<Tuple> left;
    for (std::size_t i = 0; i < line().array_size("table"); ++i)
        left.insert(tuple_of(line().element("table", i), "orig"));
    tracker_.each_listed([&](const Entry& e) {
        if (!e.filler && !left.contains(e.original)) out.push_back(e.original);
    });
    return out;
}

std::vector<CollectedSeen> RecordedEvictions::destroyed(const char* key) const {
    std::vector<CollectedSeen> out;
    const Fields fields = line();
    for (std::size_t i = 0; fields.has(key) && i < fields.array_size(key); ++i) {
        const Fields event = fields.element(key, i);
        if (!event.has("type") || event.text("type") != "DESTROY" || !event.has("orig")) continue;
        out.push_back({tuple_of(event, "orig"), event.has("timeout") ? event.time("timeout") : 0});
    }
    return out;
}

/// Once a step: what the packet of the step makes is not taken with what was there before it.
std::vector<CollectedSeen> RecordedEvictions::collected() {
    if (std::exchange(asked_collected_, true)) return {};
    auto out = destroyed("pre_events");
    const auto& action = recording_.steps[step_].step.action;
    if (std::holds_alternative<ObserveStep>(action) || std::holds_alternative<SysctlStep>(action))
        for (const CollectedSeen& gone : destroyed("events")) out.push_back(gone);
    return out;
}

}  // namespace conntrack::oracle

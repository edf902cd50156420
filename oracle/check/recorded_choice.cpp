#include "oracle/check/recorded_choice.hpp"

#include "oracle/record/entry_json.hpp"

namespace conntrack::oracle {

namespace {

/// A zone that holds for both directions stands beside the tuples.
std::uint16_t original_zone(const Json& shown) {
    const Json& orig = shown.at("orig");
    const Json& holder = orig.contains("zone") ? orig : shown;
    const auto zone = holder.find("zone");
    return zone != holder.end() && zone->is_number_integer() ? zone->get<std::uint16_t>() : std::uint16_t{0};
}

bool is_about(const Json& shown, const Json& original, std::uint16_t zone) {
    const auto orig = shown.find("orig");
    if (orig == shown.end() || !shown.contains("reply")) return false;
    for (const auto& [key, value] : original.items())
        if (!orig->contains(key) || orig->at(key) != value) return false;
    return original_zone(shown) == zone;
}

std::optional<std::uint16_t> part_of(const Json& reply, nat::Manip manip) {
    for (const char* key : {manip == nat::Manip::src ? "dport" : "sport", "id"}) {
        const auto it = reply.find(key);
        if (it != reply.end() && it->is_number_integer()) return it->get<std::uint16_t>();
    }
    return std::nullopt;
}

/// Lists of entries in one recorded step, those first that show the entry as it is after the step.
std::optional<std::uint16_t> part_shown(const Json& line, const Json& original, std::uint16_t zone, nat::Manip manip) {
    for (const char* list : {"table", "limbo", "events"}) {
        const auto shown = line.find(list);
        if (shown == line.end() || !shown->is_array()) continue;
        // Of two entries with one original tuple, the older is told of first, when it goes.
        for (auto it = shown->rbegin(); it != shown->rend(); ++it)
            if (is_about(*it, original, zone)) return part_of(it->at("reply"), manip);
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::uint16_t> recorded_part(const Recording& recording, std::size_t step, const Chooser& entry,
                                           nat::Manip manip) {
    const Json original = tuple_json(entry.original, entry.tracker);
    const std::uint16_t zone = entry.zone.of(Direction::original);
    for (std::size_t i = step; i < recording.steps.size(); ++i) {
        const Json& line = recording.steps[i].line;
        if (auto part = part_shown(line, original, zone, manip)) return part;
    }
    return std::nullopt;
}

std::optional<std::uint16_t> recorded_expected_port(const Recording& recording, std::size_t step,
                                                    const Tuple& announced) {
    const Json wanted = tuple_json(announced, announced.proto == protocol::tcp ? L4Tracker::tcp : L4Tracker::udp);
    const Json& line = recording.steps.at(step).line;
    const auto events = line.find("events");
    if (events == line.end() || !events->is_array()) return std::nullopt;
    for (const Json& event : *events) {
        const auto tuple = event.find("tuple");
        if (event.value("type", "") != "EXP_NEW" || tuple == event.end()) continue;
        const auto same = [&](const char* key) { return tuple->contains(key) && tuple->at(key) == wanted.at(key); };
        const auto port = tuple->find("dport");
        if (same("src") && same("dst") && same("proto") && port != tuple->end() && port->is_number_integer())
            return port->get<std::uint16_t>();
    }
    return std::nullopt;
}

std::optional<std::uint16_t> shown_part(const std::vector<ShownStep>& shown, std::size_t step, const Chooser& entry,
                                        nat::Manip manip) {
    Tuple original = entry.original;
    original.zone = entry.zone.of(Direction::original);
    for (std::size_t i = step; i < shown.size(); ++i) {
        // Of two entries with one original tuple, the older is told of first, when it goes.
        for (auto it = shown[i].events.rbegin(); it != shown[i].events.rend(); ++it) {
            const auto* told = std::get_if<ShownEntry>(&it->about);
            if (told == nullptr || tuple_to_find(*told) != original) continue;
            const Tuple& reply = told->reply.tuple;
            const bool is_destination = told->reply.parts == ShownTuple::Parts::ports && manip == nat::Manip::src;
            if (told->reply.parts != ShownTuple::Parts::none) return is_destination ? reply.dst_part : reply.src_part;
            break;
        }
    }
    return std::nullopt;
}

std::optional<std::uint16_t> shown_expected_port(const ShownStep& shown, const Tuple& announced) {
    for (const ShownNotice& notice : shown.events) {
        const auto* expectation = std::get_if<ShownExpectation>(&notice.about);
        if (expectation == nullptr || notice.message != Message::new_ || !expectation->tuple) continue;
        const Tuple& tuple = expectation->tuple->tuple;
        if (tuple.src == announced.src && tuple.dst == announced.dst && tuple.proto == announced.proto)
            return tuple.dst_part;
    }
    return std::nullopt;
}

}  // namespace conntrack::oracle

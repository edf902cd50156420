#include "oracle/compare/judge.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cctype>
#include <set>

namespace conntrack::oracle {

namespace {

/// "events[3].tcp" is "events.tcp": which of many it is says nothing of the cause.
std::string without_places(const std::string& field) {
    std::string out;
    int depth = 0;
    for (const char c : field) {
        if (c == '[') ++depth;
        if (depth == 0) out += c;
        if (c == ']' && depth > 0) --depth;
    }
    return out;
}

Json value_of(const std::string& shown) {
    return shown == "nothing" ? Json(nullptr) : Json::parse(shown, nullptr, false);
}

/// Which members of two objects differ.
std::string differing_members(const Json& a, const Json& b) {
    std::set<std::string> names;
    for (const auto& [one, two] : {std::pair{&a, &b}, {&b, &a}})
        for (const auto& [key, value] : one->items())
            if (!two->contains(key) || two->at(key) != value) names.insert(key);
    std::string out;
    for (const std::string& name : names) {
        const bool short_text = a.contains(name) && b.contains(name) && a.at(name).is_string();
        out += (out.empty() ? "" : ", ") + name;
        if (short_text) out += fmt::format(" {} / {}", a.at(name).get<std::string>(), b.at(name).get<std::string>());
    }
    return out;
}

std::string set_difference(const Json& a, const Json& b) {
    std::string out;
    for (const Json& item : a)
        if (std::ranges::find(b, item) == b.end()) out += " +" + item.get<std::string>();
    for (const Json& item : b)
        if (std::ranges::find(a, item) == a.end()) out += " -" + item.get<std::string>();
    return out;
}

bool is_set_of_words(const Json& value) {
    return value.is_array() && std::ranges::all_of(value, [](const Json& item) { return item.is_string(); });
}

std::string difference_in_words(const Difference& d) {
    const Json theirs = value_of(d.recorded), ours = value_of(d.model);
    const std::string field = without_places(d.field);
    if (theirs.is_object() && ours.is_object()) return fmt::format("{}: {}", field, differing_members(theirs, ours));
    if (is_set_of_words(theirs) && is_set_of_words(ours))
        return fmt::format("{}:{}", field, set_difference(theirs, ours));
    const auto kind = [&](const Json& value) -> std::string {
        if (value.is_null()) return "nothing";
        const bool word = value.is_boolean() || (value.is_string() && value.get<std::string>().size() < 20);
        return word ? value.dump() : "a value";
    };
    const std::string one = kind(theirs), two = kind(ours);
    return one == two ? field : fmt::format("{}: {} / {}", field, one, two);
}

}  // namespace

Judged judge(Played played, const Model& model, Keep keep) {
    Judged out;
    out.played = std::move(played);
    try {
        CheckResult result = model(out.played.recording, keep);
        out.packets = result.packets;
        out.disagreement = std::move(result.disagreement);
        out.model = std::move(result.model);
    } catch (const Json::exception& e) {
        // Values that nobody reads before they are compared may be of any type.
        if (!out.played.failure)
            out.played.failure =
                Failure{Failure::Kind::nonsense, 0, std::string("a value of another type: ") + e.what()};
    }
    // For those who explain what differs.
    if (!out.agrees() || keep == Keep::steps) write_lines(out.played.recording);
    return out;
}

Judged judge(Adapter& adapter, const Scenario& scenario, const Model& model, Keep keep) {
    return judge(adapter.play(scenario), model, keep);
}

Judged judge(Adapter& adapter, const Scenario& scenario, EditionId edition, Keep keep) {
    const auto model = [edition](const Recording& recording, Keep kept) {
        return check(recording, edition, TrackerKind::model, kept);
    };
    return judge(adapter, scenario, model, keep);
}

std::string cause_of(const Judged& judged) {
    if (const auto& d = judged.disagreement)
        return difference_in_words(d->difference) + (d->clause.empty() ? "" : fmt::format("  [{}]", d->clause));
    if (const auto& failure = judged.played.failure) return "the program " + std::string(words(failure->kind));
    return "";
}

}  // namespace conntrack::oracle

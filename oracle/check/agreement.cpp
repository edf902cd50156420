#include "oracle/check/agreement.hpp"

#include "spec/tuple.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <set>

namespace conntrack::oracle {

namespace {

using Found = std::optional<Difference>;

std::string shown(const Json& value) { return value.is_null() ? "nothing" : value.dump(); }

Json at(const Json& object, const std::string& key) {
    const auto it = object.find(key);
    return it == object.end() ? Json(nullptr) : *it;
}

/// Tuples and the like are compared whatever the order of their keys.
nlohmann::json plain(const Json& value) { return nlohmann::json::parse(value.dump()); }
bool same(const Json& a, const Json& b) { return a == b || plain(a) == plain(b); }
bool same_set(Json a, Json b) {
    if (!a.is_array() || !b.is_array()) return false;
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    return a == b;
}

/// A tuple as a recording shows it: those of linux-2.6.32 lack the keys of GRE.
Json as_recorded(const Json& recorded, Json mine) {
    if (at(mine, "proto") != protocol::gre || recorded.contains("sport")) return mine;
    mine.erase("sport");
    mine.erase("dport");
    return mine;
}

class Comparison {
  public:
    Comparison(const Edition& edition, bool partial)
        : exact_clock_(edition.id != EditionId::linux_6_18 && !partial), partial_(partial) {}

    Found entry(const std::string& where, const Json& recorded, const Json& model) const {
        for (const auto& [key, value] : recorded.items()) {
            if (key == "ct" || key == "buckets") continue;
            const Json mine = at(model, key);
            bool agrees;
            if (key == "status" || key == "bits")
                agrees = same_set(value, mine);
            else if (key == "timeout")
                agrees = timeouts_agree(value, mine);
            else if (key == "timeout_ms")
                agrees = value == milliseconds_left(model);
            else if (key == "orig" || key == "reply")
                agrees = same(value, as_recorded(value, mine));
            else
                agrees = same(value, mine);
            if (!agrees) return Difference{fmt::format("{}.{}", where, key), shown(value), shown(mine)};
        }
        const bool exact = exact_clock_ && recorded.contains("timeout") && !recorded.contains("timeout_ms");
        if (exact && milliseconds_left(model) != recorded.at("timeout").get<std::int64_t>() * 1000)
            return Difference{where + ".timeout_ms", shown(recorded.at("timeout").get<std::int64_t>() * 1000),
                              shown(milliseconds_left(model))};
        return std::nullopt;
    }

    /// Lists of entries, in any order, matched by original tuple and zone.
    Found entries(const std::string& where, const Json& recorded, const Json& model) const {
        const Json mine = model.is_null() ? Json::array() : model;
        std::vector<bool> used(mine.size(), false);
        for (const Json& r : recorded) {
            std::size_t found = mine.size();
            Found nearest;
            for (std::size_t i = 0; i < mine.size() && found == mine.size(); ++i) {
                if (used[i] || !are_one(r, mine[i])) continue;
                const Found difference = entry(fmt::format("{}[{}]", where, key_of(r)), r, mine[i]);
                if (!difference)
                    found = i;
                else if (!nearest)
                    nearest = difference;
            }
            if (found == mine.size()) {
                if (nearest) return nearest;
                return Difference{fmt::format("{}[{}]", where, key_of(r)), shown(r), "nothing"};
            }
            used[found] = true;
        }
        for (std::size_t i = 0; i < mine.size(); ++i)
            if (!used[i]) return Difference{fmt::format("{}[{}]", where, key_of(mine[i])), "nothing", shown(mine[i])};
        return std::nullopt;
    }

    /// Lists of notices, in order.
    Found notices(const std::string& where, const std::vector<Json>& recorded, const std::vector<Json>& model) const {
        for (std::size_t i = 0; i < std::max(recorded.size(), model.size()); ++i) {
            const std::string here = fmt::format("{}[{}]", where, i);
            if (i >= recorded.size()) return Difference{here, "nothing", shown(model[i])};
            if (i >= model.size()) return Difference{here, shown(recorded[i]), "nothing"};
            if (auto difference = notice(here, recorded[i], model[i])) return difference;
        }
        return std::nullopt;
    }

    /// Takes from both lists what agrees, in any order: what Linux leaves open.
    void cancel(std::vector<Json>& recorded, std::vector<Json>& model, bool destroys_only) const {
        for (auto r = recorded.begin(); r != recorded.end();) {
            const auto m = std::ranges::find_if(model, [&](const Json& candidate) {
                return (!destroys_only || candidate.at("type") == "DESTROY" || candidate.at("type") == "EXP_DESTROY") &&
                       !notice("", *r, candidate);
            });
            if (m == model.end()) {
                ++r;
            } else {
                model.erase(m);
                r = recorded.erase(r);
            }
        }
    }

  private:
    bool exact_clock_, partial_;

    static std::string key_of(const Json& entry) { return plain(entry.at("orig")).dump() + at(entry, "zone").dump(); }

    static bool are_one(const Json& recorded, const Json& mine) {
        return same(recorded.at("orig"), as_recorded(recorded.at("orig"), mine.at("orig"))) &&
               at(recorded, "zone") == at(mine, "zone");
    }

    static Json milliseconds_left(const Json& model) {
        const auto it = model.find("timeout_ms");
        if (it != model.end()) return *it;
        return model.contains("timeout") ? Json(model.at("timeout").get<std::int64_t>() * 1000) : Json(nullptr);
    }

    static bool timeouts_agree(const Json& recorded, const Json& mine) {
        if (!recorded.is_number_integer() || !mine.is_number_integer()) return false;
        return conntrack::oracle::timeouts_agree(recorded.get<std::int64_t>(), mine.get<std::int64_t>());
    }

    Found notice(const std::string& where, const Json& recorded, const Json& model) const {
        // A DESTROY lacks its timeout when that is 0; within a second, both may be.
        Json padded = model;
        if (recorded.contains("timeout") && !model.contains("timeout")) padded["timeout"] = 0;
        if (recorded.contains("type") && recorded.at("type") != model.at("type"))
            return Difference{where + ".type", shown(recorded.at("type")), shown(model.at("type"))};
        if (auto difference = entry(where, recorded, padded)) return difference;
        for (const char* key : {"tcp", "sctp", "cnt_orig"})
            if (!partial_ && model.contains(key) && !recorded.contains(key))
                return Difference{where + "." + key, "nothing", shown(model.at(key))};
        return std::nullopt;
    }
};

bool is_of_fillers(const Json& notice) { return notice.contains("type") && notice.at("type") == "DESTROY_FILLERS"; }

/// How many fillers went hangs on buckets: not compared.
std::vector<Json> without_fillers(std::vector<Json> notices) {
    std::erase_if(notices, is_of_fillers);
    return notices;
}

/// A line of the kernel's log, as the first network namespace would have it. linux-6.18 names others, and printk puts
/// the module's name before the line.
std::string first_namespace(std::string line) {
    const std::string prefix = "nf_conntrack: ";
    while (line.starts_with(prefix + prefix)) line.erase(0, prefix.size());
    const auto from = line.find(" in netns ");
    if (from != std::string::npos) line.erase(from, line.find(',', from) - from);
    return line;
}

/// The log is limited to some lines in a while (net_ratelimit()): equal lines of one step count once.
std::set<std::string> log_lines(const Json& log) {
    std::set<std::string> out;
    if (log.is_array())
        for (const Json& line : log) out.insert(first_namespace(line.get<std::string>()));
    return out;
}

Found compare_log(const Json& recorded, const StepResult& model, const Edition& edition) {
    if (!recorded.contains("kernel_log")) return std::nullopt;
    const Json theirs = recorded.at("kernel_log"), mine = at(model.json, "kernel_log");
    // Whether a filler found room among others that may go hangs on buckets.
    if (model.count_is_free && at(recorded, "step").contains("fill") &&
        log_lines(theirs) == std::set<std::string>{std::string(edition.full_table.message)})
        return std::nullopt;
    const bool agree = edition.full_table.collector ? log_lines(theirs) == log_lines(mine) : same(theirs, mine);
    if (agree) return std::nullopt;
    return Difference{"kernel_log", shown(theirs), shown(mine)};
}

/// Where fillers may go at any time, the model's count is the most there can be.
Found compare_counts(const Json& recorded, const StepResult& model) {
    for (const char* key : {"alive", "count"}) {
        if (!recorded.contains(key)) continue;
        const Json theirs = recorded.at(key);
        Json mine = at(model.json, key);
        if (mine.is_null() && key == std::string_view("count")) mine = at(model.json, "table").size();
        const auto most = [](const Json& n) {
            return n.is_array() ? n.at(1).get<std::int64_t>() : n.get<std::int64_t>();
        };
        const bool agree = model.count_is_free && !mine.is_null() ? most(theirs) <= most(mine) : same(theirs, mine);
        if (!agree) return Difference{key, shown(theirs), shown(mine)};
    }
    return std::nullopt;
}

std::vector<Json> list(const Json& line, const char* key) {
    const Json value = at(line, key);
    return value.is_array() ? std::vector<Json>(value.begin(), value.end()) : std::vector<Json>{};
}

/// A packet that left. The kernel chooses the identifier of IPv6 fragments at random: it is not compared.
Json sent_packet(const Json& out_as_shown, const Json& as_it_came) {
    const Json& out = out_as_shown == "same" ? as_it_came : out_as_shown;
    constexpr std::size_t next_header = 2 * 6, fragment_id = 2 * 44, id_digits = 8;
    if (!out.is_string()) return out;
    std::string hex = out.get<std::string>();
    const bool is_v6_fragment =
        hex.size() >= fragment_id + id_digits && hex[0] == '6' && hex.substr(next_header, 2) == "2c";
    if (is_v6_fragment) hex.replace(fragment_id, id_digits, id_digits, '0');
    return hex;
}

Json sent_packets(const Json& more, const Json& as_it_came) {
    Json out = more;
    if (out.is_array())
        for (Json& sent : out) sent["out"] = sent_packet(at(sent, "out"), as_it_came);
    return out;
}

/// The packet of a step as it entered; nothing in steps of other kinds.
Json packet_of(const Json& line) {
    const Json sent = at(line, "sent");
    return sent.is_null() ? at(at(line, "step"), "packet") : sent;
}

/// `as_it_came` is the packet of the step, in hex.
Found compare_verdict(const Json& recorded, const Json& model, const Json& as_it_came, bool partial) {
    const auto agree_in = [&](const char* key, const auto& form) {
        return same(form(at(recorded, key), as_it_came), form(at(model, key), as_it_came));
    };
    for (const auto& [key, value] : recorded.items()) {
        if (key == "local" || key == "local_ct") continue;
        if (key == "out" && agree_in("out", sent_packet)) continue;
        if (key == "more" && agree_in("more", sent_packets)) continue;
        if (!same(value, at(model, key))) return Difference{"verdict." + key, shown(value), shown(at(model, key))};
    }
    for (const char* key : {"repeats", "local_in", "more", "held"})
        if (!partial && model.contains(key) && !recorded.contains(key))
            return Difference{std::string("verdict.") + key, "nothing", shown(model.at(key))};
    return std::nullopt;
}

Found compare_events(const Json& recorded, const StepResult& model, const Edition& edition, const Lenience& lenience) {
    if (!recorded.contains("events")) return std::nullopt;
    const Comparison comparison(edition, lenience.partial);
    std::vector<Json> early = without_fillers(list(recorded, "pre_events")),
                      now = without_fillers(list(recorded, "events"));
    std::vector<Json> my_early = without_fillers(model.early_notices), my_now = without_fillers(model.notices);
    if (edition.id == EditionId::linux_6_18) {
        // Expired entries are told of whenever somebody meets them, in any order.
        now.insert(now.begin(), early.begin(), early.end());
        early.clear();
        comparison.cancel(now, my_early, true);
        my_now.insert(my_now.begin(), my_early.begin(), my_early.end());
        my_early.clear();
    }
    if (lenience.flushing) comparison.cancel(now, my_now, true);
    if (auto difference = comparison.notices("pre_events", early, my_early)) return difference;
    return comparison.notices("events", now, my_now);
}

/// Lines of /proc: in the order of the buckets where the recording gives them, else in any. Within a bucket the newest
/// entry stands first, as in the model's own list.
Found compare_proc(const Json& recorded, const Json& model) {
    std::vector<Json> theirs = list(recorded, "proc"), mine = list(model, "proc");
    std::vector<Json> table = list(model, "table");
    bool ordered = true;
    std::vector<std::pair<std::int64_t, std::size_t>> order;
    for (std::size_t i = 0; i < table.size(); ++i) {
        std::optional<std::int64_t> bucket;
        for (const Json& r : recorded.at("table"))
            if (r.contains("buckets") && same(r.at("orig"), table[i].at("orig")))
                bucket = r.at("buckets").at(0).get<std::int64_t>();
        ordered = ordered && bucket;
        order.emplace_back(bucket.value_or(0), i);
    }
    std::ranges::sort(order);
    std::vector<Json> expected;
    for (const auto& [bucket, i] : order)
        if (i < mine.size()) expected.push_back(mine[i]);
    if (!ordered) {
        std::ranges::sort(theirs);
        std::ranges::sort(expected);
    }
    for (std::size_t i = 0; i < std::max(theirs.size(), expected.size()); ++i) {
        const Json r = i < theirs.size() ? theirs[i] : Json(nullptr),
                   m = i < expected.size() ? expected[i] : Json(nullptr);
        if (r != m) return Difference{fmt::format("proc[{}]", i), shown(r), shown(m)};
    }
    return std::nullopt;
}

/// What is expected, in any order. In a recording an expectation may be as much as a tick older.
Found compare_expected(const Json& recorded, const Json& model) {
    std::vector<Json> mine = list(model, "expect");
    const auto agrees = [](const Json& theirs, const Json& candidate) {
        for (const auto& [key, value] : theirs.items()) {
            const Json other = at(candidate, key);
            const bool near = key == "timeout" && value.is_number_integer() && other.is_number_integer() &&
                              timeouts_agree(value.get<std::int64_t>(), other.get<std::int64_t>());
            if (!near && !same(value, other)) return false;
        }
        return true;
    };
    for (const Json& theirs : list(recorded, "expect")) {
        const auto found = std::ranges::find_if(mine, [&](const Json& m) { return agrees(theirs, m); });
        if (found == mine.end()) return Difference{"expect", shown(theirs), shown(at(model, "expect"))};
        mine.erase(found);
    }
    if (!mine.empty()) return Difference{"expect", "nothing", shown(mine.front())};
    return std::nullopt;
}

}  // namespace

std::optional<Difference> compare(const Json& recorded, const StepResult& model, const Edition& edition,
                                  const Lenience& lenience) {
    const Json& line = model.json;
    if (recorded.contains("verdict"))
        if (auto difference =
                compare_verdict(recorded.at("verdict"), at(line, "verdict"), packet_of(line), lenience.partial))
            return difference;
    if (auto difference = compare_events(recorded, model, edition, lenience)) return difference;
    const Comparison comparison(edition, lenience.partial);
    if (recorded.contains("entry") && line.contains("entry")) {
        const Json &theirs = recorded.at("entry"), &mine = line.at("entry");
        if (theirs.is_null() != mine.is_null()) return Difference{"entry", shown(theirs), shown(mine)};
        if (!theirs.is_null())
            if (auto difference = comparison.entry("entry", theirs, mine)) return difference;
    }
    if (recorded.contains("table")) {
        if (auto difference = comparison.entries("table", recorded.at("table"), at(line, "table"))) return difference;
        if (recorded.contains("limbo") || line.contains("limbo")) {
            const Json limbo = recorded.contains("limbo") ? recorded.at("limbo") : Json::array();
            if (edition.id != EditionId::linux_6_18)
                if (auto difference = comparison.entries("limbo", limbo, at(line, "limbo"))) return difference;
        }
    }
    if (recorded.contains("expect"))
        if (auto difference = compare_expected(recorded, line)) return difference;
    if (recorded.contains("proc") && recorded.contains("table"))
        if (auto difference = compare_proc(recorded, line)) return difference;
    if (auto difference = compare_counts(recorded, model)) return difference;
    return compare_log(recorded, model, edition);
}

}  // namespace conntrack::oracle

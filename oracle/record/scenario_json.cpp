#include "oracle/record/scenario_json.hpp"

#include "oracle/text/addresses.hpp"
#include "oracle/text/module_names.hpp"
#include "oracle/text/sysctl_names.hpp"
#include "spec/fill.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <iterator>
#include <limits>
#include <set>

namespace conntrack::oracle {

namespace {

/// The smallest and the largest value that some edition takes: a scenario may be played under any.
std::pair<std::int64_t, std::int64_t> permitted_anywhere(const NamedSetting& setting) {
    if (setting.kind != NamedSetting::Kind::modelled) return {0, std::numeric_limits<std::int32_t>::max()};
    const SettingKind kind = info(setting.setting).kind;
    std::int64_t largest = 0;
    for (const EditionId id : all_editions) largest = std::max<std::int64_t>(largest, largest_value(kind, edition(id)));
    return {smallest_value(kind), largest};
}

SysctlStep read_sysctl(const Fields& fields) {
    SysctlStep out;
    for (const auto& [name, value] : fields.json().items()) {
        const auto setting = find_setting(name, linux_6_18);
        if (!setting)
            fields.fail(name.c_str(),
                        fmt::format("is a name that no edition knows; did you mean {}?", nearest_setting(name)));
        const auto [smallest, largest] = permitted_anywhere(*setting);
        if (!value.is_number_integer() || value.get<std::int64_t>() < smallest || value.get<std::int64_t>() > largest)
            fields.fail(name.c_str(), fmt::format("must be a whole number from {} to {}", smallest, largest));
        out.values.emplace_back(name, value.get<std::int64_t>());
    }
    return out;
}

std::shared_ptr<const rules::RuleSet> read_rule_set(const Fields& rules, const char* key, Family family,
                                                    const rules::ParseOptions& options) {
    if (!rules.has(key)) return nullptr;
    const std::string text = rules.text(key);
    if (text.empty()) return nullptr;
    auto parsed = rules::parse(text, family, options);
    if (const auto* error = std::get_if<rules::ParseError>(&parsed)) rules.fail(key, error->text());
    return std::make_shared<const rules::RuleSet>(std::get<rules::RuleSet>(std::move(parsed)));
}

/// The rules of a header or of a step, and whether NAT hooks exist without them.
RulesStep read_rules(const Fields& fields, const rules::ParseOptions& options, KeysOf whose) {
    RulesStep out;
    if (fields.has("rules")) {
        const Fields rules = fields.object("rules");
        require_known_keys(rules, whose, keys::rules);
        out.replaces = true;
        out.ipv4 = read_rule_set(rules, "ipv4", Family::ipv4, options);
        out.ipv6 = read_rule_set(rules, "ipv6", Family::ipv6, options);
    }
    if (fields.has("nat")) out.nat = fields.flag_or("nat", false);
    return out;
}

Interface read_interface(const Fields& fields, KeysOf whose) {
    require_known_keys(fields, whose, keys::interface);
    Interface out{fields.text("name"), {}, {}};
    const auto read_list = [&](const char* key, std::vector<Network>& into) {
        for (std::size_t i = 0; i < fields.array_size(key); ++i) {
            const Json& item = fields.json().at(key).at(i);
            const auto network = item.is_string() ? parse_network(item.get<std::string>()) : std::nullopt;
            if (!network) fields.fail(key, "must hold networks such as \"10.0.0.0/8\"");
            into.push_back(*network);
        }
    };
    read_list("addresses", out.addresses);
    if (fields.has("networks")) read_list("networks", out.networks);
    return out;
}

std::vector<Interface> read_interfaces(const Fields& fields, KeysOf whose) {
    std::vector<Interface> out;
    for (std::size_t i = 0; i < fields.array_size("interfaces"); ++i)
        out.push_back(read_interface(fields.element("interfaces", i), whose));
    return out;
}

void read_modules(const Fields& fields, Scenario& scenario) {
    for (std::size_t i = 0; i < fields.array_size("modules"); ++i) {
        const Json& item = fields.json().at("modules").at(i);
        const std::string name = item.is_string() ? item.get<std::string>() : "";
        if (!load_module(scenario.modules, name)) fields.fail("modules", "must hold names among " + module_list());
    }
}

PacketStep read_packet(const Fields& fields, KeysOf whose) {
    require_known_keys(fields, whose, keys::packet);
    PacketStep out;
    out.interface = fields.text("in");
    out.bytes = fields.hex("packet");
    if (fields.has("hold")) out.hold = fields.text("hold");
    if (fields.has("hold_at")) {
        if (fields.text("hold_at") != "forward") fields.fail("hold_at", "must be \"forward\"");
        if (!out.hold) fields.fail("hold_at", "goes with \"hold\"");
        out.hold_before_forward = true;
    }
    if (fields.has("subst")) {
        for (std::size_t i = 0; i < fields.array_size("subst"); ++i) {
            const Fields s = fields.element("subst", i);
            require_known_keys(s, whose, keys::substitution);
            const std::int64_t from = s.integer("from_step");
            if (from < 0) s.fail("from_step", "must be the number of a step");
            out.substitutions.push_back({static_cast<std::size_t>(from), s.text("from"), s.text("field")});
        }
    }
    return out;
}

FillStep read_fill(const Fields& fields, KeysOf whose) {
    require_known_keys(fields, whose, keys::fill);
    constexpr std::int64_t most = filler::last_number - filler::first_number + 1;
    FillStep out;
    const std::int64_t count = fields.integer("count");
    if (count < 0 || count > most) fields.fail("count", fmt::format("must be from 0 to {}", most));
    out.count = static_cast<std::uint32_t>(count);
    out.assured = fields.flag_or("assured", false);
    if (fields.has("zone")) out.zone = fields.port("zone");
    return out;
}

void require_true(const Fields& fields, const char* key) {
    if (!fields.flag_or(key, true)) fields.fail(key, "must be true");
}

/// So that it can be counted in milliseconds and compared.
void check_timeout(const Fields& entry) {
    constexpr std::int64_t largest = 9'000'000'000;
    if (!entry.has("timeout") || !entry.json().at("timeout").is_number_integer()) return;
    const std::int64_t timeout = entry.integer("timeout");
    if (timeout < -largest || timeout > largest) entry.fail("timeout", "must be a number of seconds up to 9e9");
}

}  // namespace

Step StepReader::next(const Fields& fields) {
    Step step = read_step(fields, last_, rules_, whose_);
    last_ = step.at;
    if (const auto* packet = std::get_if<PacketStep>(&step.action)) {
        const auto named = [&](const Interface& i) { return i.name == packet->interface; };
        if (std::ranges::none_of(interfaces_, named))
            fields.fail("in", fmt::format("must name an interface; there is no \"{}\"", packet->interface));
        if (packet->hold && !held_.insert(*packet->hold).second)
            fields.fail("hold", fmt::format("must be a new name; \"{}\" is still held", *packet->hold));
    }
    if (const auto* change = std::get_if<InterfacesStep>(&step.action)) interfaces_ = change->interfaces;
    if (const auto* release = std::get_if<ReleaseStep>(&step.action))
        if (held_.erase(release->name) == 0)
            fields.fail("release", fmt::format("must name a held packet; there is no \"{}\"", release->name));
    return step;
}

void require_recorded_form(const Fields& line) {
    require_known_keys(line, KeysOf::recording, keys::recorded_line);
    const auto check_bucket = [](const Json& value) { return value.is_number_unsigned() && value <= buckets_max; };
    if (line.has("bucket") && !check_bucket(line.json().at("bucket"))) line.fail("bucket", "must be a whole number");
    if (line.has("verdict")) require_known_keys(line.object("verdict"), KeysOf::recording, keys::verdict);
    if (line.has("proc")) (void)line.array_size("proc");
    if (line.has("entry") && !line.json().at("entry").is_null()) {
        const Fields entry = line.object("entry");
        (void)entry.object("orig").tuple();
        check_timeout(entry);
    }
    for (const char* key : {"table", "limbo", "events", "pre_events"}) {
        if (!line.has(key)) continue;
        const bool of_entries = key[0] == 't' || key[0] == 'l';
        for (std::size_t i = 0; i < line.array_size(key); ++i) {
            const Fields entry = line.element(key, i);
            require_known_keys(entry, KeysOf::recording, keys::entry);
            if (of_entries || entry.has("orig")) (void)entry.object("orig");
            if (of_entries && entry.has("timeout")) (void)entry.integer("timeout");
            check_timeout(entry);
            if (entry.has("buckets") && entry.array_size("buckets") != 2)
                entry.fail("buckets", "must hold two numbers");
            for (std::size_t b = 0; entry.has("buckets") && b < 2; ++b)
                if (!check_bucket(entry.json().at("buckets").at(b)))
                    entry.fail("buckets", "must hold two whole numbers");
        }
    }
}

bool is_scenario_name(std::string_view name) {
    constexpr std::string_view others = "_.-";
    const auto permitted = [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               others.find(c) != std::string_view::npos;
    };
    return !name.empty() && std::ranges::all_of(name, permitted);
}

Scenario read_header(const Fields& fields, const rules::ParseOptions& rules, KeysOf whose) {
    require_known_keys(fields, whose, keys::header);
    Scenario out;
    out.name = fields.text("name");
    if (!is_scenario_name(out.name)) fields.fail("name", "must be of letters, digits, '_', '.' and '-'");
    out.description = fields.text_or("description", "");
    out.group = fields.text_or("group", "");
    if (fields.has("edition")) {
        const auto id = edition_named(fields.text("edition"));
        if (!id) fields.fail("edition", "must be linux-2.6.9, linux-2.6.32 or linux-6.18");
        out.edition = *id;
    }
    if (fields.has("interfaces")) out.interfaces = read_interfaces(fields, whose);
    if (fields.has("sysctl")) out.sysctl = read_sysctl(fields.object("sysctl"));
    if (fields.has("modules")) read_modules(fields, out);
    if (fields.has("buckets")) {
        const std::int64_t buckets = fields.integer("buckets");
        if (buckets < 1 || buckets > buckets_max)
            fields.fail("buckets", fmt::format("must be from 1 to {}", buckets_max));
        out.buckets = static_cast<std::uint32_t>(buckets);
    }
    out.proc = fields.flag_or("proc", false);
    out.window = fields.flag_or("window", false);
    out.rules = read_rules(fields, rules, whose);
    out.json = fields.json();
    out.json.erase("steps");
    return out;
}

Step read_step(const Fields& fields, Time last, const rules::ParseOptions& rules, KeysOf whose) {
    Step out;
    out.json = fields.json();
    out.at = fields.time("at");
    if (out.at < last) fields.fail("at", "must not go back");
    // Of a step that is told by one key, nothing else may be there.
    const auto alone = [&](const char* key) {
        if (!fields.has(key)) return false;
        require_known_keys(fields, whose, std::array<std::string_view, 2>{"at", key});
        return true;
    };
    if (fields.has("packet")) {
        out.action = read_packet(fields, whose);
    } else if (fields.has("rules") || fields.has("nat")) {
        require_known_keys(fields, whose, keys::rules_step);
        out.action = read_rules(fields, rules, whose);
    } else if (alone("release")) {
        out.action = ReleaseStep{fields.text("release")};
    } else if (alone("interfaces")) {
        out.action = InterfacesStep{read_interfaces(fields, whose)};
    } else if (alone("sysctl")) {
        out.action = read_sysctl(fields.object("sysctl"));
    } else if (alone("flush")) {
        out.action = (require_true(fields, "flush"), FlushStep{});
    } else if (alone("delete")) {
        const Fields tuple = fields.object("delete");
        require_known_keys(tuple, whose, keys::tuple);
        out.action = DeleteStep{tuple.tuple()};
    } else if (alone("flush_expectations")) {
        out.action = FlushExpectationsStep{};
    } else if (alone("fill")) {
        out.action = read_fill(fields.object("fill"), whose);
    } else if (alone("observe")) {
        out.action = (require_true(fields, "observe"), ObserveStep{});
    } else {
        fields.fail(
            "a step needs one of packet, release, rules, interfaces, sysctl, flush, delete, flush_expectations, fill, "
            "observe");
    }
    return out;
}

namespace {

/// Every JSON text of a user. What is nested deeply is refused: values are copied and printed recursively. So is a key
/// that an object has twice: what the first one says would be lost.
/// `line`: which of the file the text is; 0: it is the whole file.
Json parse_strictly(const std::string& text, const std::string& path, std::uint64_t line) {
    constexpr int deepest = 64;
    const auto refuse = [&](const std::string& what) {
        if (line == 0) throw InputError(path, what);
        throw InputError(path, line, what);
    };
    std::vector<std::set<std::string>> keys;  // of the objects that are open
    return Json::parse(text, [&](int depth, Json::parse_event_t event, Json& parsed) {
        if (depth > deepest) refuse(fmt::format("is nested more than {} deep", deepest));
        if (event == Json::parse_event_t::object_start) keys.emplace_back();
        if (event == Json::parse_event_t::object_end) keys.pop_back();
        if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
            refuse(fmt::format("the key {} is there twice in one object", parsed.dump()));
        return true;
    });
}

/// Without the library's own name for the error, and its line: a recording's lines are parsed one by one. A number
/// that no double holds is JSON, but none that can be read.
std::string not_json(const Json::exception& e) {
    if (dynamic_cast<const Json::parse_error*>(&e) == nullptr)
        return fmt::format("cannot be read: {}",
                           std::string_view(e.what()).substr(std::string_view(e.what()).find("] ") + 2));
    const std::string_view what = e.what();
    const auto column = what.find("column ");
    return fmt::format("is not JSON: {}", column == std::string_view::npos ? what : what.substr(column));
}

/// Is this the beginning of a recording, an object whose first key is "scenario"?
bool looks_like_recording(std::string_view text) {
    for (const std::string_view part : {"{", "\"scenario\""}) {
        text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
        if (!text.starts_with(part)) return false;
        text.remove_prefix(part.size());
    }
    return true;
}

}  // namespace

Json parse_json(const std::string& text, const std::string& path, std::uint64_t line) {
    try {
        return parse_strictly(text, path, line);
    } catch (const Json::exception& e) {
        throw InputError(path, line, not_json(e));
    }
}

Scenario read_scenario(const std::string& path, const rules::ParseOptions& rules) {
    const auto in = open_input(path);
    std::string text;
    try {
        text.assign(std::istreambuf_iterator<char>(*in), {});
    } catch (const std::ios_base::failure& e) {
        throw InputError(path, std::string("the file is damaged or ends too early: ") + e.what());
    }
    if (looks_like_recording(text))
        throw InputError(path, "is a recording, which check reads; expected a capture or a scenario");
    Json json;
    try {
        json = parse_strictly(text, path, 0);
    } catch (const Json::parse_error& e) {
        const auto line =
            1 +
            std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(e.byte, text.size())), '\n');
        throw InputError(path, static_cast<std::uint64_t>(line), not_json(e));
    } catch (const Json::exception& e) {
        throw InputError(path, not_json(e));
    }
    const Fields fields(json, {.file = path, .line = 1, .text = &text}, "");
    Scenario out = read_header(fields, rules);
    StepReader reader(out, rules);
    for (std::size_t i = 0; i < fields.array_size("steps"); ++i)
        out.steps.push_back(reader.next(fields.element("steps", i)));
    return out;
}

void read_recordings(const std::string& path, const std::function<void(Recording&&)>& each) {
    LineReader reader(path);
    std::optional<Recording> current;
    std::optional<StepReader> steps;
    std::string line;
    const auto must_have_ended = [&] {
        if (current)
            throw InputError(path, reader.line_number(),
                             fmt::format("recording {} ends without its {{\"end\": true}} line; it is cut short",
                                         current->scenario.name));
    };
    while (reader.next(line)) {
        if (line.empty()) continue;
        const Json json = parse_json(line, path, reader.line_number());
        const Fields fields(json, {.file = path, .line = reader.line_number(), .text = nullptr}, "");
        if (fields.has("scenario")) {
            must_have_ended();
            current.emplace().scenario = read_header(fields.object("scenario"), {}, KeysOf::recording);
            current->path = path;
            steps.emplace(current->scenario, rules::ParseOptions{}, KeysOf::recording);
        } else if (fields.has("end")) {
            if (!current) fields.fail("an end before any {\"scenario\": ...} line");
            each(std::move(*current));
            current.reset();
        } else {
            if (!current && fields.has("steps")) fields.fail("is a scenario, which replay reads; expected a recording");
            if (!current) fields.fail("a step before any {\"scenario\": ...} line");
            const std::int64_t i = fields.integer("i");
            if (i != static_cast<std::int64_t>(current->steps.size()))
                fields.fail("i", fmt::format("must be {}: steps are numbered from 0", current->steps.size()));
            RecordedStep recorded{steps->next(fields.object("step")), json, reader.line_number()};
            require_recorded_form(fields);
            if (fields.has("t")) recorded.step.at = fields.time("t");
            if (!current->steps.empty() && recorded.step.at < current->steps.back().step.at)
                fields.fail("t", "must not go back");
            current->steps.push_back(std::move(recorded));
        }
    }
    must_have_ended();
}

}  // namespace conntrack::oracle

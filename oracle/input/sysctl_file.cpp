#include "oracle/input/sysctl_file.hpp"

#include "oracle/input/lines.hpp"
#include "oracle/text/sysctl_names.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>

namespace conntrack::oracle {

namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || rest != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string unknown_name(const std::string& name) {
    return fmt::format("no edition has a setting \"{}\"; the nearest is \"{}\"", name, nearest_setting(name));
}

bool known_anywhere(const std::string& name) {
    return std::ranges::any_of(all_editions, [&](EditionId id) { return find_setting(name, edition(id)).has_value(); });
}

[[noreturn]] void fail(const SettingPlace& where, const std::string& what) {
    if (where.line == 0) throw InputError(where.file, what);
    throw InputError(where.file, where.line, what);
}

}  // namespace

std::vector<SysctlLine> read_sysctl_file(const std::string& path) {
    LineReader reader(path);
    std::vector<SysctlLine> out;
    std::string text;
    while (reader.next(text)) {
        const SettingPlace here{reader.path(), reader.line_number()};
        const std::string_view line = trimmed(text);
        if (line.empty() || line.front() == '#' || line.front() == ';') continue;
        const auto equals = line.find('=');
        if (equals == std::string_view::npos) fail(here, fmt::format("expected \"NAME = VALUE\", found \"{}\"", line));
        // sysctl.conf(5): a dash before a name means that a failure to set it is to be ignored.
        std::string_view written = trimmed(line.substr(0, equals));
        if (written.starts_with('-')) written.remove_prefix(1);
        const std::string name(written);
        if (!is_conntrack_name(name)) continue;
        if (!known_anywhere(name)) fail(here, unknown_name(name));
        const std::string_view value_text = trimmed(line.substr(equals + 1));
        const auto value = whole_number(value_text);
        if (!value) fail(here, fmt::format("{}: expected a whole number, found \"{}\"", name, value_text));
        out.push_back({name, *value, here.line});
    }
    return out;
}

std::optional<std::string> apply_setting(Tracking& tracker, const std::string& name, std::int64_t value,
                                         const SettingPlace& where) {
    const auto found = find_setting(name, tracker.edition());
    if (!found) fail(where, unknown_name(name));
    const std::string place = where.line == 0 ? where.file : fmt::format("{}:{}", where.file, where.line);
    switch (found->kind) {
        case NamedSetting::Kind::modelled: break;
        case NamedSetting::Kind::elsewhere:
            return fmt::format("{}: {} has no setting {}, it is ignored", place, tracker.edition().name, name);
        case NamedSetting::Kind::not_modelled:
            return fmt::format("{}: nothing that is modelled depends on {}, it is ignored", place, name);
    }
    if (const auto bad = bad_value(found->setting, value, tracker.edition()))
        fail(where, fmt::format("{} = {}: {}", name, value, *bad));
    tracker.configure(found->setting, static_cast<std::uint32_t>(value));
    return std::nullopt;
}

std::vector<std::string> apply_sysctl_file(Tracking& tracker, const std::string& path) {
    using Kind = NamedSetting::Kind;
    std::map<Kind, std::string> ignored;
    for (const SysctlLine& line : read_sysctl_file(path)) {
        const auto found = find_setting(line.name, tracker.edition());
        if (!found || found->kind == Kind::modelled) {
            apply_setting(tracker, line.name, line.value, {.file = path, .line = line.line});
            continue;
        }
        std::string& names = ignored[found->kind];
        names += fmt::format("{}{} (line {})", names.empty() ? "" : ", ", line.name, line.line);
    }
    std::vector<std::string> warnings;
    warnings.reserve(ignored.size());
    for (const auto& [kind, names] : ignored)
        warnings.push_back(
            kind == Kind::elsewhere
                ? fmt::format("{}: ignored, {} has no such setting: {}", path, tracker.edition().name, names)
                : fmt::format("{}: ignored, nothing that is modelled depends on: {}", path, names));
    return warnings;
}

}  // namespace conntrack::oracle

#include "oracle/text/sysctl_names.hpp"

#include "spec/nearest_word.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <limits>
#include <string_view>
#include <vector>

namespace conntrack::oracle {

namespace {

/// Without the path and the prefix; nothing if there is no such prefix.
std::optional<std::string> bare(std::string name) {
    std::ranges::replace(name, '/', '.');
    const auto dot = name.rfind('.');
    if (dot != std::string::npos) name = name.substr(dot + 1);
    for (const std::string_view prefix : {"nf_conntrack_", "ip_conntrack_"})
        if (name.starts_with(prefix)) return name.substr(prefix.size());
    return std::nullopt;
}

}  // namespace

bool is_conntrack_name(const std::string& name) { return bare(name).has_value(); }

std::optional<NamedSetting> find_setting(const std::string& name, const Edition& edition) {
    const auto wanted = bare(name);
    if (!wanted) return std::nullopt;
    const auto here = static_cast<std::size_t>(edition.id);
    for (const SettingInfo& s : setting_table) {
        if (s.name != *wanted || !s.has_sysctl) continue;
        if (s.defaults[here]) return NamedSetting{NamedSetting::Kind::modelled, s.setting};
        return NamedSetting{NamedSetting::Kind::elsewhere, s.setting};
    }
    for (const OtherSetting& s : other_settings)
        if (s.name == *wanted)
            return NamedSetting{s.in[here] ? NamedSetting::Kind::not_modelled : NamedSetting::Kind::elsewhere};
    return std::nullopt;
}

std::string nearest_setting(const std::string& name) {
    const std::string wanted = bare(name).value_or(name);
    std::string_view best;
    std::size_t best_distance = std::numeric_limits<std::size_t>::max();
    const auto consider = [&](std::string_view candidate) {
        if (const std::size_t d = word_distance(wanted, candidate); d < best_distance) {
            best = candidate;
            best_distance = d;
        }
    };
    for (const SettingInfo& s : setting_table)
        if (s.has_sysctl) consider(s.name);
    for (const OtherSetting& s : other_settings) consider(s.name);
    return "nf_conntrack_" + std::string(best);
}

namespace {

/// Kernels take some numbers below zero, and mean nothing by them. What comes of them was looked up on a running
/// linux-6.18; in the older ones it follows from the types in ip_conntrack_standalone.c and nf_conntrack_standalone.c.
std::string_view why_not_negative(SettingKind kind, std::int64_t value, const Edition& edition) {
    if (value >= 0) return "";
    // An edition that holds flags to 0 and 1 lets no other number fall below zero either.
    const bool holds_ranges = largest_value(SettingKind::flag, edition) == 1;
    if (kind == SettingKind::seconds) {
        if (value < -std::int64_t{largest_value(kind, edition)}) return "";
        return holds_ranges
                   ? "; the kernel takes this too, as a time that has passed: no entry would live, which 0 says as well"
                   : "; the kernel takes this too, as a time that has passed or as 49 days, by the size of its words";
    }
    const bool any_int = kind == SettingKind::number || kind == SettingKind::byte || kind == SettingKind::flag ||
                         kind == SettingKind::up_to_two;
    if (holds_ranges || !any_int || value < std::numeric_limits<std::int32_t>::min()) return "";
    return "; the kernel takes this too, as a number that some places read with a sign and others without";
}

}  // namespace

std::optional<std::string> bad_value(Setting setting, std::int64_t value, const Edition& edition) {
    const std::int64_t smallest = smallest_value(info(setting).kind);
    const std::int64_t largest = largest_value(info(setting).kind, edition);
    if (value >= smallest && value <= largest) return std::nullopt;
    return fmt::format("nf_conntrack_{} takes {} to {} in {}{}", info(setting).name, smallest, largest, edition.name,
                       why_not_negative(info(setting).kind, value, edition));
}

}  // namespace conntrack::oracle

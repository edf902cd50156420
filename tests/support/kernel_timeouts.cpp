#include "tests/support/kernel_timeouts.hpp"

#include "spec/editions.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace conntrack::testing {

namespace {

std::string edition_in_csv(EditionId id) {
    return id == EditionId::linux_6_18 ? "linux-6.x" : std::string(edition(id).name);
}

/// The setting that holds a row's timeout, by protocol and state; nothing: there is none.
std::optional<Setting> setting_of(const CsvRow& row, EditionId id) {
    const std::string& protocol = row.at("protocol");
    const std::string& state = row.at("state");
    if (protocol == "udp") return state == "unreplied" ? Setting::udp_timeout : Setting::udp_timeout_stream;
    if (protocol == "udplite" && id == EditionId::linux_2_6_32)
        return state == "unreplied" ? Setting::udplite_timeout : Setting::udplite_timeout_stream;
    if (protocol == "udplite") return state == "unreplied" ? Setting::udp_timeout : Setting::udp_timeout_stream;
    if (protocol == "icmp") return Setting::icmp_timeout;
    if (protocol == "icmpv6") return Setting::icmpv6_timeout;
    if (protocol == "generic") return Setting::generic_timeout;
    // linux-2.6.32 has no settings for GRE, linux-2.6.9 no tracker.
    if (protocol == "gre" && id != EditionId::linux_6_18) return std::nullopt;
    if (protocol == "gre") return state == "unreplied" ? Setting::gre_timeout : Setting::gre_timeout_stream;
    if ((protocol != "tcp" && protocol != "sctp") || state == "LISTEN") return std::nullopt;
    std::string name = protocol + "_timeout_" + state;
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
    for (const SettingInfo& known : setting_table)
        if (known.name == name) return known.setting;
    throw std::runtime_error("timeouts.csv: no setting is named " + name);
}

}  // namespace

std::vector<KernelTimeout> kernel_timeouts(EditionId id) {
    std::vector<KernelTimeout> out;
    for (CsvRow& row : read_csv("timeouts.csv")) {
        if (row["edition"] != edition_in_csv(id)) continue;
        const auto setting = setting_of(row, id);
        if (!setting) continue;
        const std::string& said = row["default_seconds"];
        std::optional<std::uint32_t> seconds;
        if (said == "0.3")
            seconds = three_tenths;
        else if (!said.empty())
            seconds = static_cast<std::uint32_t>(std::stoul(said));
        out.push_back({std::move(row), *setting, seconds});
    }
    return out;
}

}  // namespace conntrack::testing

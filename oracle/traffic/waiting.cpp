#include "oracle/traffic/waiting.hpp"

#include "spec/settings.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace conntrack::oracle::traffic {

Json short_timeouts(EditionId edition, Numbers& numbers) {
    Json out = Json::object();
    const std::string prefix = edition == EditionId::linux_2_6_9 ? "ip_conntrack_" : "nf_conntrack_";
    for (const SettingInfo& s : setting_table) {
        const auto& usually = s.defaults[static_cast<std::size_t>(edition)];
        // Fragments that wait are nobody's entry.
        const bool is_of_entries = s.kind == SettingKind::seconds && s.setting != Setting::frag6_timeout;
        if (is_of_entries && usually && s.has_sysctl) out[prefix + std::string(s.name)] = 1 + numbers.below(3);
    }
    return out;
}

Moment next_moment(const Tracking& tracker, Time now, Numbers& numbers) {
    // Edges are missed by so much. What lies within a tick of the kernel's clock, 4 ms, may go either way.
    constexpr std::array<std::int64_t, 10> to_the_side_ms = {-400, -50, -12, -6, 0, 6, 12, 50, 150, 400};
    constexpr std::array<std::int64_t, 5> while_nothing_ends_ms = {30, 300, 900, 1000, 1500};
    const Time shift = milliseconds(numbers.of(to_the_side_ms));
    std::vector<std::pair<Time, Tuple>> edges;
    tracker.each_linked([&](const Entry& e) {
        edges.emplace_back(e.deadline, e.original);
        edges.emplace_back(e.tracked_since + seconds(2), e.original);
    });
    std::erase_if(edges, [&](const auto& edge) { return edge.first + shift <= now; });
    std::ranges::sort(edges);
    if (edges.empty() || numbers.one_in(5))
        return {now + milliseconds(numbers.of(while_nothing_ends_ms)), std::nullopt};
    const auto& [edge, tuple] =
        edges[numbers.below(static_cast<std::uint32_t>(std::min<std::size_t>(edges.size(), 4)))];
    return {edge + shift, tuple};
}

Json other_interfaces(EditionId edition, Numbers& numbers) {
    constexpr std::array<std::array<const char*, 2>, 5> ipv4 = {{{"192.0.2.1/24", nullptr},
                                                                 {"192.0.2.1/24", nullptr},
                                                                 {"192.0.2.1/24", "192.0.2.7/24"},
                                                                 {"192.0.2.7/24", nullptr},
                                                                 {"203.0.113.1/25", "192.0.2.1/24"}}};
    constexpr std::array<std::array<const char*, 2>, 4> ipv6 = {{{"fd00:b::1/64", nullptr},
                                                                 {"fd00:b::1/64", "fd00:b::7/64"},
                                                                 {"fd00:b::7/64", nullptr},
                                                                 {"2001:db8::1/64", "fd00:b::1/64"}}};
    const bool has_v6 = edition != EditionId::linux_2_6_9;
    Json inside = {"10.0.0.1/24"}, networks = {"10.0.0.0/8"}, outside = Json::array();
    for (const char* address : numbers.of(ipv4))
        if (address != nullptr) outside.push_back(address);
    if (has_v6) {
        inside.push_back("fd00:a::1/64");
        networks.push_back("fd00:a::/48");
        for (const char* address : numbers.of(ipv6))
            if (address != nullptr) outside.push_back(address);
    }
    return {{{"name", "inside"}, {"addresses", std::move(inside)}, {"networks", std::move(networks)}},
            {{"name", "outside"}, {"addresses", std::move(outside)}, {"networks", Json::array()}}};
}

}  // namespace conntrack::oracle::traffic

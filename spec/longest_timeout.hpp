// How long an entry may live without another packet, whatever state it is in.
#pragma once

#include "spec/flow_settings.hpp"

#include <algorithm>

namespace conntrack {

/// In seconds: the largest timeout that the settings give to entries of this tracker.
constexpr std::uint32_t longest_timeout(L4Tracker tracker, Family family, const Edition& edition,
                                        const Settings& settings) {
    const auto between = [&](Setting first, Setting last) {
        std::uint32_t out = 0;
        for (auto i = static_cast<std::size_t>(first); i <= static_cast<std::size_t>(last); ++i)
            out = std::max(out, settings[static_cast<Setting>(i)]);
        return out;
    };
    if (tracker == L4Tracker::tcp) return between(Setting::tcp_timeout_syn_sent, Setting::tcp_timeout_unacknowledged);
    const flow::Timeouts out = flow::timeouts_of(flow::kind_of(tracker, false), family, edition, settings);
    return std::max(out.unreplied, out.stream);
}

}  // namespace conntrack

// Which scenarios a fuzzer plays: those that cannot take long, however well they are played.
#pragma once

#include "oracle/play/scenario.hpp"

#include <algorithm>

namespace conntrack::testing {

/// At most a hundred steps, some thousand entries, and a hash table of the usual size.
inline bool is_short(const oracle::Scenario& scenario) {
    constexpr std::size_t most_steps = 100;
    constexpr std::uint32_t most_fillers = 2000, most_buckets = 65536;
    const auto few_buckets = [&](const oracle::SysctlStep& step) {
        return std::ranges::all_of(step.values, [&](const auto& named) {
            return !named.first.ends_with("buckets") || named.second <= most_buckets;
        });
    };
    if (scenario.steps.size() > most_steps || scenario.buckets.value_or(0) > most_buckets) return false;
    if (!few_buckets(scenario.sysctl)) return false;
    std::uint32_t fillers = 0;
    for (const oracle::Step& step : scenario.steps) {
        if (const auto* fill = std::get_if<oracle::FillStep>(&step.action)) fillers += std::min(fill->count, 1u << 20);
        if (const auto* sysctl = std::get_if<oracle::SysctlStep>(&step.action))
            if (!few_buckets(*sysctl)) return false;
    }
    return fillers <= most_fillers;
}

}  // namespace conntrack::testing

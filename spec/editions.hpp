// The three editions. Facts: the kernel sources of 2.6.9, 2.6.32 and 6.18, checked against the running code.
#pragma once

#include "spec/editions/linux_2_6_32.hpp"
#include "spec/editions/linux_2_6_9.hpp"
#include "spec/editions/linux_6_18.hpp"

namespace conntrack {

constexpr const Edition& edition(EditionId id) {
    switch (id) {
        case EditionId::linux_2_6_9: return linux_2_6_9;
        case EditionId::linux_2_6_32: return linux_2_6_32;
        case EditionId::linux_6_18: break;
    }
    return linux_6_18;
}

/// The edition of that name ("linux-6.18", or without "linux-"), or nothing.
constexpr std::optional<EditionId> edition_named(std::string_view name) {
    for (EditionId id : all_editions) {
        std::string_view full = edition(id).name;
        if (name == full || name == full.substr(6)) return id;
    }
    return std::nullopt;
}

}  // namespace conntrack

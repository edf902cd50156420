// The switches of an edition outside of TCP (whose are in proofs/distinguish/tcp_rules.hpp), so that they can be
// compared and taken over one by one.
#pragma once

#include "spec/edition.hpp"

#include <span>
#include <string_view>

namespace conntrack::oracle {

struct EditionSwitch {
    std::string_view name;  // "core.checks_before_lookup"
    bool (*differs)(const Edition&, const Edition&);
    void (*take_over)(Edition& to, const Edition& from);
};

/// All of them.
std::span<const EditionSwitch> edition_switches();

}  // namespace conntrack::oracle

// The switches of the TCP tracker in words, so that they can be compared and shown one by one.
#pragma once

#include "spec/edition.hpp"

#include <span>
#include <string_view>
#include <type_traits>
#include <variant>

namespace conntrack::proofs {

/// A switch of TcpSwitches, of whichever type.
using TcpSwitch = std::variant<bool TcpSwitches::*, Reinitialise TcpSwitches::*, MoveEmpty TcpSwitches::*,
                               Reopen TcpSwitches::*, OutOfSync TcpSwitches::*>;

struct TcpRule {
    std::string_view name;
    std::string_view about;  // what is so where the switch is on, or what it chooses
    TcpSwitch of;
};

/// All of them.
std::span<const TcpRule> tcp_rules();

std::string_view value_of(const TcpRule& rule, const TcpSwitches& switches);
void copy_value(const TcpRule& rule, TcpSwitches& to, const TcpSwitches& from);

}  // namespace conntrack::proofs

// What a difference between two editions is about.
#pragma once

#include <cstdint>
#include <string_view>

namespace conntrack::proofs {

enum class DifferenceKind : std::uint8_t {
    cell,     // of a table: a state and a kind of packet
    rule,     // a switch of spec/edition.hpp
    setting,  // a default
};

constexpr std::string_view name(DifferenceKind kind) {
    switch (kind) {
        case DifferenceKind::cell: return "cell";
        case DifferenceKind::rule: return "rule";
        case DifferenceKind::setting: break;
    }
    return "setting";
}

}  // namespace conntrack::proofs

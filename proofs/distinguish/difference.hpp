// In what the semantics of two editions differ, one by one: cells of the TCP table, rules (switches) and defaults of
// settings; and how one edition would be with just that taken from the other.
#pragma once

#include "proofs/tcp_entry.hpp"

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace conntrack::proofs {

/// An edition with its default settings; any part of it can be changed.
struct Variant {
    explicit Variant(EditionId id);

    Semantics semantics;
    TcpSettings settings;
};

struct Cell {
    tcp::State state;
    Direction dir;
    tcp::PacketClass cls;
    bool operator==(const Cell&) const = default;
};

enum class DifferenceKind : std::uint8_t { cell, rule, setting };

struct Difference {
    DifferenceKind kind;
    std::string name;                  // "ESTABLISHED, original synack"; a switch; a setting
    std::string about;                 // the rule in a sentence; empty for cells and settings
    std::array<std::string, 2> value;  // in the one edition and in the other
    std::optional<Cell> cell;
    std::function<void(Variant&, const Variant& other)> adopt;  // makes the one as the other is
};

std::string_view name(DifferenceKind kind);

/// Cells that both editions can meet, then rules, then settings; each in the order in which it is defined.
std::vector<Difference> tcp_differences(const Variant& one, const Variant& other);

}  // namespace conntrack::proofs

// Mutants: each is one small change of the semantics, planted at run time in the relations as read, that a theorem or a
// test has to notice.
#pragma once

#include "proofs/mutation/cell.hpp"
#include "spec/settings.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace conntrack::proofs {

enum class MutantKind : std::uint8_t { row_retargeted, guard_dropped, comparison_shifted, timeout_changed };

constexpr std::string_view name(MutantKind kind) {
    constexpr std::array<std::string_view, 4> names = {"row retargeted", "guard dropped", "comparison shifted",
                                                       "timeout changed"};
    return names.at(static_cast<std::size_t>(kind));
}

struct Mutant {
    EditionId edition;
    MutantKind kind;
    std::string name;
    std::function<void(Semantics&)> plant;
    std::optional<Cell> cell;                                        // if a row of a TCP machine is changed: its cell
    std::optional<std::pair<Setting, std::uint32_t>> default_value;  // if a default is: to this; nothing is planted
    std::optional<SctpCell> sctp_cell = std::nullopt;                // if a row of an SCTP machine is: its cell
};

/// All of an edition, in one order.
std::vector<Mutant> all_mutants(EditionId edition);

// By what they change.
void add_row_mutants(std::vector<Mutant>& out, const Semantics& semantics);
void add_comparison_mutants(std::vector<Mutant>& out, EditionId edition);
void add_timeout_mutants(std::vector<Mutant>& out, const Semantics& semantics);

}  // namespace conntrack::proofs

// Disagreements that are known: what a program does, why it is so, and why the model says otherwise.
#pragma once

#include "oracle/compare/judge.hpp"

#include <span>
#include <string_view>

namespace conntrack::oracle {

struct Finding {
    std::string_view name;
    std::string_view meaning;
    /// Of these programs alone: the beginning of an adapter's name.
    std::string_view program;
    bool (*explains)(const Judged&);
};

std::span<const Finding> findings();
/// The finding that explains a disagreement with this program; null if none does.
const Finding* finding_of(std::string_view program, const Judged& judged);
/// The list for people.
std::string findings_text();

}  // namespace conntrack::oracle

// What a comparison found, for people and for programs.
#pragma once

#include "oracle/compare/comparison.hpp"

#include <string>

namespace conntrack::oracle {

enum class ReportFormat : std::uint8_t { text, jsonl, junit };

/// One group as it is found. JUnit has none: it is written as a whole.
std::string group_report(const Group& group, std::size_t number, const std::string& program, ReportFormat format);
/// The end: the table and the last line; or the whole of JUnit.
std::string final_report(const Compare& compare, const std::string& program, EditionId edition, ReportFormat format);
/// Writes a group into a directory: the scenario, both recordings, the explanation. Throws InputError if it cannot.
void write_group(const Group& group, std::size_t number, const std::string& program, const std::string& directory);

}  // namespace conntrack::oracle

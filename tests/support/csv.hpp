// Reads the tables in tests/data: a header line, then cells separated by commas, some in double quotes.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace conntrack::testing {

using CsvRow = std::map<std::string, std::string>;  // by column name

/// Throws std::runtime_error if the file is not there or a line has too many cells.
std::vector<CsvRow> read_csv(const std::string& file);

}  // namespace conntrack::testing

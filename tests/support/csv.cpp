#include "tests/support/csv.hpp"
#include "tests/support/places.hpp"

#include <fstream>
#include <stdexcept>

namespace conntrack::testing {

namespace {

std::vector<std::string> cells(const std::string& line) {
    std::vector<std::string> out(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            out.emplace_back();
        else
            out.back() += c;
    }
    return out;
}

}  // namespace

std::vector<CsvRow> read_csv(const std::string& file) {
    std::ifstream in(data_folder() + "/" + file);
    std::string line;
    if (!std::getline(in, line)) throw std::runtime_error("cannot read " + file);
    const auto header = cells(line);
    std::vector<CsvRow> out;
    while (std::getline(in, line)) {
        const auto row = cells(line);
        if (row.size() > header.size()) throw std::runtime_error("too many cells in " + file + ": " + line);
        CsvRow& named = out.emplace_back();
        for (std::size_t i = 0; i < row.size(); ++i) named[header[i]] = row[i];
    }
    return out;
}

}  // namespace conntrack::testing

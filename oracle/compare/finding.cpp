#include "oracle/compare/finding.hpp"

#include <fmt/format.h>

namespace conntrack::oracle {

std::span<const Finding> findings() { return {}; }

const Finding* finding_of(std::string_view program, const Judged& judged) {
    for (const Finding& finding : findings())
        if (program.starts_with(finding.program) && finding.explains(judged)) return &finding;
    return nullptr;
}

std::string findings_text() {
    std::string out;
    for (const Finding& finding : findings())
        out += fmt::format("{} ({})\n    {}\n", finding.name, finding.program, finding.meaning);
    return out.empty() ? "No disagreement is known: the model does as each program that it was held against.\n" : out;
}

}  // namespace conntrack::oracle

#include "oracle/compare/finding.hpp"

#include <fmt/format.h>
#include <utility>

namespace conntrack::oracle {

Findings::Findings(std::string program, std::optional<EditionId> tracks_as, EditionId edition)
    : program_(std::move(program)), edition_(edition), tracks_as_(tracks_as) {
    if (tracks_as_) differences_ = edition_differences(edition_, *tracks_as_);
}

std::string Findings::explains(const Judged& judged) const {
    if (differences_.empty() || judged.played.failure) return "";
    const auto found = that_explain(judged.played.recording, edition_, *tracks_as_, differences_);
    if (!found) return "";
    std::string out;
    for (const EditionDifference* d : *found) out += (out.empty() ? "" : " + ") + d->name;
    return out;
}

std::string Findings::text() const {
    if (differences_.empty())
        return fmt::format("No disagreement with {} is known: the model does as it does.\n", program_);
    std::string out;
    for (const EditionDifference& d : differences_) out += d.name + "\n";
    return out + fmt::format(
                     "{} differences between {} and {}; docs/editions.md shows packets for those of TCP, UDP and "
                     "ICMP\n",
                     differences_.size(), conntrack::edition(*tracks_as_).name, conntrack::edition(edition_).name);
}

}  // namespace conntrack::oracle

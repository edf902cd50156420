#include "oracle/compare/finding.hpp"

#include "spec/editions.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

namespace conntrack::oracle {

Findings::Findings(std::string program, std::optional<EditionId> tracks_as, EditionId edition)
    : program_(std::move(program)), edition_(edition) {
    if (!tracks_as || *tracks_as == edition) return;
    mix_.emplace(edition, *tracks_as);
    left_ = edition_differences(edition, *tracks_as);
}

CheckResult Findings::check(const Recording& recording, Keep keep) const {
    return mix_ ? mix_->check(recording, keep) : oracle::check(recording, edition_, TrackerKind::model, keep);
}

std::string Findings::explained(const Judged& judged) {
    if (!mix_ || judged.played.failure) return "";
    const auto found = that_explain(judged.played.recording, *mix_, left_);
    if (!found) return "";
    std::string out;
    for (const EditionDifference* d : *found) {
        out += (out.empty() ? "" : " + ") + d->name;
        d->take_over(*mix_);
    }
    std::erase_if(left_, [&](const EditionDifference& d) { return std::ranges::find(*found, &d) != found->end(); });
    return out;
}

std::string Findings::text() const {
    if (!mix_) return fmt::format("No disagreement with {} is known: the model does as it does.\n", program_);
    std::string out;
    for (const EditionDifference& d : left_) out += d.name + "\n";
    return out + fmt::format(
                     "{} differences between {} and {}; docs/editions.md shows packets for those of TCP, SCTP, UDP "
                     "and ICMP\n",
                     left_.size(), conntrack::edition(mix_->other).name, conntrack::edition(edition_).name);
}

}  // namespace conntrack::oracle

// Checks recordings: does a permitted behaviour of the model do what the recorded implementation did?
#pragma once

#include "oracle/check/agreement.hpp"
#include "oracle/record/scenario_json.hpp"
#include "oracle/trackers/make_tracking.hpp"

#include <optional>
#include <string>

namespace conntrack::oracle {

struct Disagreement {
    std::size_t step = 0;
    std::uint64_t line = 0;  // of the recording
    Difference difference;
    std::string packet;  // decoded, for people
    std::string clause;  // that decided the model's verdict
};

struct CheckResult {
    std::size_t packets = 0;
    std::optional<Disagreement> disagreement;
};

/// Plays the recording's steps on the model of its own edition (or `edition`). Where the model is free, the recording's
/// choice is taken.
CheckResult check(const Recording& recording, std::optional<EditionId> edition = std::nullopt,
                  TrackerKind tracker = TrackerKind::model);

}  // namespace conntrack::oracle

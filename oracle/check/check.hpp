// Checks recordings: does a permitted behaviour of the model do what the recorded implementation did?
#pragma once

#include "oracle/check/agreement.hpp"
#include "oracle/record/scenario_json.hpp"
#include "oracle/trackers/make_tracking.hpp"

#include <optional>
#include <string>
#include <vector>

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
    std::vector<StepResult> model;  // what it did in each step up to the disagreement, if that was asked for
};

/// A live kernel's clock ticks so often: what lies within one tick of its edge may go either way.
constexpr Time live_clock_tick = milliseconds(4);

/// Steps whose events Linux tells in any order.
bool frees_order(const Step& step);

enum class Keep : std::uint8_t { nothing, steps };

/// Plays the recording's steps on the model of its own edition (or `edition`). Where the model is free, the recording's
/// choice is taken. A recording without lines is held against the model by what it shows.
CheckResult check(const Recording& recording, std::optional<EditionId> edition = std::nullopt,
                  TrackerKind tracker = TrackerKind::model, Keep keep = Keep::nothing);
/// The same on the model of an edition that is no kernel's.
CheckResult check(const Recording& recording, const EditionVariant& variant, Keep keep = Keep::nothing);

}  // namespace conntrack::oracle

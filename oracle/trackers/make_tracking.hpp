// Which tracker a replay or a check runs on.
#pragma once

#include "model/tracking.hpp"
#include "spec/editions.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace conntrack::oracle {

enum class TrackerKind : std::uint8_t {
    model,  // the executable model
    fast,   // impl/
};

std::unique_ptr<Tracking> make_tracking(TrackerKind kind, EditionId edition, const Modules& modules,
                                        bool later_notifier);

/// The model of an edition, be it one that is no kernel's.
std::unique_ptr<Tracking> make_model(const Edition& edition, const Modules& modules, bool later_notifier);

/// The settings of the stage, which hold for captures too: counters and events are on, reasons are logged.
void set_stage(Tracking& tracker);

/// "model" or "fast"; nothing for another word.
std::optional<TrackerKind> tracker_named(std::string_view word);

}  // namespace conntrack::oracle

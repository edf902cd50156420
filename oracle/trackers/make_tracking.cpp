#include "oracle/trackers/make_tracking.hpp"

#include "model/tracker.hpp"
#include "oracle/trackers/fast_tracking.hpp"

namespace conntrack::oracle {

std::unique_ptr<Tracking> make_tracking(TrackerKind kind, EditionId edition, const Modules& modules,
                                        bool later_notifier) {
    if (kind == TrackerKind::fast) return std::make_unique<FastTracking>(edition, modules, later_notifier);
    return make_model(conntrack::edition(edition), modules, later_notifier);
}

std::unique_ptr<Tracking> make_model(const Edition& edition, const Modules& modules, bool later_notifier) {
    return std::make_unique<Tracker>(edition, Tracker::Options{.modules = modules, .later_notifier = later_notifier});
}

void set_stage(Tracking& tracker) {
    tracker.configure(Setting::acct, 1);
    tracker.configure(Setting::events, 1);
    tracker.configure(Setting::log_invalid, 255);
}

std::optional<TrackerKind> tracker_named(std::string_view word) {
    if (word == "model") return TrackerKind::model;
    if (word == "fast") return TrackerKind::fast;
    return std::nullopt;
}

}  // namespace conntrack::oracle

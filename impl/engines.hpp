// The fast trackers of the editions, compiled once each.
#pragma once

#include "impl/tracker.hpp"

namespace conntrack::fast {

std::unique_ptr<Tracker> make_tracker_2_6_9(const Options& options);
std::unique_ptr<Tracker> make_tracker_2_6_32(const Options& options);
std::unique_ptr<Tracker> make_tracker_6_18(const Options& options);

}  // namespace conntrack::fast

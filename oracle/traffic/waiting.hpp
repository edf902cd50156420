// What takes time: timeouts that can be waited for, the moments around their ends at which something should happen, and
// interfaces whose addresses come and go.
#pragma once

#include "model/tracking.hpp"
#include "oracle/play/scenario.hpp"
#include "oracle/traffic/numbers.hpp"

#include <optional>

namespace conntrack::oracle::traffic {

/// Every timeout of connection tracking that the edition has, as settings of a header: 1 to 3 s each.
Json short_timeouts(EditionId edition, Numbers& numbers);

/// A scenario waits no further than this.
inline constexpr Time longest_waiting = seconds(12);

/// The next moment at which something should happen: mostly just before or just after an entry expires, or when UDP
/// becomes a stream. `next_to` is the original tuple of that entry, nothing where it is any moment.
struct Moment {
    Time at = 0;
    std::optional<Tuple> next_to;
};
Moment next_moment(const Tracking& tracker, Time now, Numbers& numbers);

/// The stage's interfaces with other addresses outside: as a provider gives and takes them. Changing them takes time,
/// as much as `interfaces_take`.
Json other_interfaces(EditionId edition, Numbers& numbers);
inline constexpr Time interfaces_take = milliseconds(250);

}  // namespace conntrack::oracle::traffic

// Releases a packet in flight at the end of a scope, also when something is thrown while it is shown.
#pragma once

#include "model/tracking.hpp"

#include <utility>

namespace conntrack {

class Landing {
  public:
    Landing(Tracking& tracker, InFlight& flight) : tracker_(tracker), flight_(flight) {}
    Landing(const Landing&) = delete;
    Landing& operator=(const Landing&) = delete;
    ~Landing() { tracker_.release(std::move(flight_)); }

  private:
    Tracking& tracker_;
    InFlight& flight_;
};

}  // namespace conntrack

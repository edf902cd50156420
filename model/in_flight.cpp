#include "model/in_flight.hpp"

#include <cassert>
#include <exception>
#include <utility>

namespace conntrack {

InFlight& InFlight::operator=(InFlight&& from) noexcept {
    assert(entry_ == nullptr && "a packet in flight must be released before another takes its place");
    verdict_ = from.verdict_;
    entry_ = std::exchange(from.entry_, nullptr);
    return *this;
}

/// Where an exception ends the session (a recording that contradicts its format), nobody is left to release it to.
InFlight::~InFlight() {
    assert((entry_ == nullptr || std::uncaught_exceptions() > 0) &&
           "a packet in flight must be given to release() or finish()");
}

}  // namespace conntrack

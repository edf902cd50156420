#include "impl/tracker.hpp"

#include "impl/engines.hpp"

#include <cassert>
#include <exception>
#include <utility>

namespace conntrack::fast {

InFlight::InFlight(InFlight&& from) noexcept : verdict_(from.verdict_), entry_(std::exchange(from.entry_, no_entry)) {}

InFlight& InFlight::operator=(InFlight&& from) noexcept {
    assert(entry_ == no_entry && "a packet in flight must be released before another takes its place");
    verdict_ = from.verdict_;
    entry_ = std::exchange(from.entry_, no_entry);
    return *this;
}

InFlight::~InFlight() {
    assert((entry_ == no_entry || std::uncaught_exceptions() > 0) &&
           "a packet in flight must be given to release() or finish()");
}

InFlight InFlight::of(const Verdict& verdict, Handle entry) {
    InFlight out;
    out.verdict_ = verdict;
    out.entry_ = entry;
    return out;
}

Verdict Tracker::track(const Packet& packet, Time now) {
    Verdict verdict;
    track(std::span(&packet, 1), std::span(&verdict, 1), now);
    return verdict;
}

bool Tracker::finish(InFlight packet, Fate fate, Time now) {
    const bool leaves = fate == Fate::accepted && confirm(packet, now);
    release(std::move(packet));
    return leaves;
}

std::unique_ptr<Tracker> make_tracker(EditionId edition, const Options& options) {
    switch (edition) {
        case EditionId::linux_2_6_9: return make_tracker_2_6_9(options);
        case EditionId::linux_2_6_32: return make_tracker_2_6_32(options);
        case EditionId::linux_6_18: break;
    }
    return make_tracker_6_18(options);
}

}  // namespace conntrack::fast

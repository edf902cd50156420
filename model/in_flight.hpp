// A packet between a tracker's begin() and its release(). It holds a reference to its entry, as a socket buffer does.
#pragma once

#include "model/entry.hpp"
#include "spec/verdict.hpp"

namespace conntrack {

class InFlight {
  public:
    InFlight() = default;
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;
    InFlight(InFlight&& from) noexcept : verdict_(from.verdict_), entry_(from.entry_) { from.entry_ = nullptr; }
    InFlight& operator=(InFlight&& from) noexcept;
    ~InFlight();

    [[nodiscard]] const Verdict& verdict() const { return verdict_; }
    [[nodiscard]] const Entry* entry() const { return entry_; }

  private:
    friend class Tracking;
    friend class Tracker;
    Verdict verdict_;
    Entry* entry_ = nullptr;
};

}  // namespace conntrack

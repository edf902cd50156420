// Observers: whoever wants to hear of creation, change and deletion. An observer that throws, or that leaves or
// brings others in while it is called, harms neither tracking nor the other observers.
#pragma once

#include "model/entry.hpp"
#include "spec/event.hpp"
#include "spec/time.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace conntrack {

/// What an observer is called with: all bits that a packet gathered for one entry, and the entry as it is now.
struct Notice {
    EventMask mask;
    const Entry& entry;
    Time now;
    Time time_left;  // on the timer; a DESTROY shows what was left of it

    [[nodiscard]] Message message() const { return message_of(mask); }
};

class Observers {
  public:
    using Callback = std::function<void(const Notice&)>;
    using Id = std::uint64_t;

    /// Calls `callback` for every notice whose mask shares a bit with `mask`, in order of registration.
    Id add(EventMask mask, Callback callback);
    void remove(Id id);
    void notify(const Notice& notice);

    [[nodiscard]] bool empty() const;

    /// How many calls ended in an exception, and what the last one said.
    [[nodiscard]] std::uint64_t failures() const { return failures_; }
    [[nodiscard]] const std::string& last_failure() const { return last_failure_; }

  private:
    struct Observer {
        Id id;  // 0: has left
        EventMask mask;
        Callback callback;
    };
    std::vector<Observer> observers_;
    Id next_id_ = 1;
    unsigned notifying_ = 0;
    std::uint64_t failures_ = 0;
    std::string last_failure_;

    void sweep();
};

}  // namespace conntrack

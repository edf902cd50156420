// Observers: whoever wants to hear of creation, change and deletion. An observer that throws, or that leaves or
// brings others in while it is called, harms neither tracking nor the other observers.
#pragma once

#include "spec/event.hpp"

#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace conntrack {

/// `Notice` is what an observer is called with; its `mask` holds the bits that are told.
template <class Notice>
class ObserverList {
  public:
    using Callback = std::function<void(const Notice&)>;
    using Id = std::uint64_t;

    /// Calls `callback` for every notice whose mask shares a bit with `mask`, in order of registration.
    Id add(EventMask mask, Callback callback) {
        observers_.push_back({next_id_, mask, std::move(callback)});
        return next_id_++;
    }

    void remove(Id id) {
        for (Observer& o : observers_)
            if (o.id == id) o.id = 0;
        if (notifying_ == 0) sweep();
    }

    void notify(const Notice& notice) {
        ++notifying_;
        // By index and up to the present end: a callback may add observers (which hear the next notice) or leave.
        const std::size_t end = observers_.size();
        for (std::size_t i = 0; i < end; ++i) {
            if (observers_[i].id == 0 || (observers_[i].mask & notice.mask) == 0) continue;
            const Callback callback = observers_[i].callback;
            try {
                callback(notice);
            } catch (const std::exception& e) {
                ++failures_;
                last_failure_ = e.what();
            } catch (...) {
                ++failures_;
                last_failure_ = "an observer threw something that is no exception";
            }
        }
        if (--notifying_ == 0) sweep();
    }

    [[nodiscard]] bool empty() const { return observers_.empty(); }

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

    void sweep() {
        std::erase_if(observers_, [](const Observer& o) { return o.id == 0; });
    }
};

}  // namespace conntrack

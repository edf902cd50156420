#include "model/observers.hpp"

#include <algorithm>
#include <exception>

namespace conntrack {

Observers::Id Observers::add(EventMask mask, Callback callback) {
    observers_.push_back({next_id_, mask, std::move(callback)});
    return next_id_++;
}

void Observers::remove(Id id) {
    for (Observer& o : observers_)
        if (o.id == id) o.id = 0;
    if (notifying_ == 0) sweep();
}

void Observers::sweep() {
    std::erase_if(observers_, [](const Observer& o) { return o.id == 0; });
}

bool Observers::empty() const { return observers_.empty(); }

void Observers::notify(const Notice& notice) {
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

}  // namespace conntrack

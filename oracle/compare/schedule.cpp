#include "oracle/compare/schedule.hpp"

#include <algorithm>
#include <utility>

namespace conntrack::oracle {

/// Whatever is still under way, there is nothing to begin.
bool Schedule::is_over() const {
    if (has_ended_) return true;
    if (limits_.scenarios) return next_ >= *limits_.scenarios;
    return limits_.lasts && std::chrono::steady_clock::now() - began_ >= *limits_.lasts;
}

bool Schedule::may_suffice() const {
    if (next_ - turn_ >= limits_.ahead) return true;
    return !limits_.scenarios && !limits_.lasts && packets_ + on_their_way_ >= limits_.packets;
}

std::optional<std::size_t> Schedule::next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return is_over() || !may_suffice(); });
    if (is_over()) return std::nullopt;
    return next_++;
}

void Schedule::drawn(std::size_t number, std::size_t packets) {
    const std::lock_guard lock(mutex_);
    drawn_.emplace(number, packets);
    on_their_way_ += packets;
}

void Schedule::done(std::size_t number, Outcome&& outcome, const Take& take) {
    std::unique_lock lock(mutex_);
    waiting_.emplace(number, std::move(outcome));
    if (is_taking_) return;
    is_taking_ = true;
    while (!has_ended_ && !waiting_.empty() && waiting_.begin()->first == turn_) {
        auto turn = waiting_.extract(waiting_.begin());
        lock.unlock();
        const std::size_t packets = take(std::move(turn.mapped()));
        lock.lock();
        packets_ += packets;
        on_their_way_ -= std::exchange(drawn_[turn_], 0);
        drawn_.erase(turn_++);
        has_ended_ = has_ended_ || (!limits_.scenarios && !limits_.lasts && packets_ >= limits_.packets);
        changed_.notify_all();
    }
    is_taking_ = false;
}

void Schedule::stop() {
    const std::lock_guard lock(mutex_);
    has_ended_ = true;
    changed_.notify_all();
}

double Schedule::part() {
    const std::lock_guard lock(mutex_);
    if (has_ended_) return 1;
    if (limits_.scenarios)
        return static_cast<double>(turn_ + waiting_.size()) /
               static_cast<double>(std::max<std::size_t>(*limits_.scenarios, 1));
    if (limits_.lasts)
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_) /
               std::chrono::duration<double>(*limits_.lasts);
    return static_cast<double>(packets_ + on_their_way_) /
           static_cast<double>(std::max<std::size_t>(limits_.packets, 1));
}

}  // namespace conntrack::oracle

#include "oracle/compare/waiters.hpp"

#include <utility>

namespace conntrack::oracle {

Waiters::Waiters(std::size_t threads_max, MakeAdapter make, Play play, Fail fail)
    : threads_max_(threads_max), make_(std::move(make)), play_(std::move(play)), fail_(std::move(fail)) {}

Waiters::~Waiters() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
    }
    changed_.notify_all();
    threads_.clear();
}

void Waiters::give(std::size_t number) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return has_stopped_ || idle_ > given_.size() || threads_.size() < threads_max_; });
    if (has_stopped_) return;
    given_.push_back(number);
    if (idle_ < given_.size()) {
        ++idle_;
        threads_.emplace_back([this] {
            try {
                work();
            } catch (...) {
                fail_(std::current_exception());
            }
        });
    }
    changed_.notify_all();
}

void Waiters::stop() {
    const std::lock_guard lock(mutex_);
    has_stopped_ = true;
    given_.clear();
    changed_.notify_all();
}

void Waiters::work() {
    const std::unique_ptr<Adapter> adapter = make_();
    for (;;) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return is_over_ || has_stopped_ || !given_.empty(); });
        if (given_.empty()) return;
        const std::size_t number = given_.front();
        given_.pop_front();
        --idle_;
        lock.unlock();
        play_(number, *adapter);
        lock.lock();
        ++idle_;
        changed_.notify_all();
    }
}

}  // namespace conntrack::oracle

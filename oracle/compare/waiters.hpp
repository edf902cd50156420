// Threads for scenarios that really wait. Waiting costs nothing, so there are as many of them as such scenarios are
// under way, each with an adapter of its own.
#pragma once

#include "oracle/adapters/adapter.hpp"

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace conntrack::oracle {

/// Makes an adapter for the thread that calls it.
using MakeAdapter = std::function<std::unique_ptr<Adapter>()>;

class Waiters {
  public:
    /// Plays the scenario of that number, in one of the threads.
    using Play = std::function<void(std::size_t number, Adapter& adapter)>;
    /// Is told of what went wrong in one of the threads, which is over then.
    using Fail = std::function<void(std::exception_ptr)>;

    Waiters(std::size_t threads_max, MakeAdapter make, Play play, Fail fail);
    Waiters(const Waiters&) = delete;
    Waiters& operator=(const Waiters&) = delete;
    /// Waits until all that was given has been played.
    ~Waiters();

    /// Waits while all threads are busy.
    void give(std::size_t number);
    /// What was given and not yet begun is not played any more.
    void stop();

  private:
    const std::size_t threads_max_;
    MakeAdapter make_;
    Play play_;
    Fail fail_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::size_t> given_;
    std::size_t idle_ = 0;  // threads that wait for a scenario
    bool is_over_ = false, has_stopped_ = false;
    std::vector<std::jthread> threads_;

    void work();
};

}  // namespace conntrack::oracle

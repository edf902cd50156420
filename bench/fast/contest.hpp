// Measures contestants in turn, so that all see the same machine: each round runs a slice of every one of them, and a
// contestant's figure is the median of its rounds.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace conntrack::bench {

/// Time that this thread has run: what others run on the machine meanwhile does not count.
std::chrono::nanoseconds thread_time();

struct Contestant {
    std::string name;
    /// Makes ready what run() needs; not measured. May be empty.
    std::function<void()> prepare;
    /// One slice. Returns how many things it did.
    std::function<std::size_t()> run;
    /// Looks at what a slice has done, and ends the program if that is wrong; not measured. May be empty.
    std::function<void()> check = {};
    /// Nanoseconds a thing in each round.
    std::vector<double> rounds = {};

    [[nodiscard]] double median() const;
};

/// Runs every contestant once to warm up and then `rounds` times, `slices` slices each time.
void compete(std::vector<Contestant>& contestants, std::size_t rounds, std::size_t slices);

}  // namespace conntrack::bench

#include "bench/fast/contest.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>

namespace conntrack::bench {

std::chrono::nanoseconds thread_time() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

namespace {

double nanoseconds_a_thing(Contestant& contestant, std::size_t slices) {
    std::chrono::nanoseconds spent{0};
    std::size_t things = 0;
    for (std::size_t i = 0; i < slices; ++i) {
        if (contestant.prepare) contestant.prepare();
        const auto begin = thread_time();
        things += contestant.run();
        spent += thread_time() - begin;
        if (contestant.check) contestant.check();
    }
    return static_cast<double>(spent.count()) / static_cast<double>(things);
}

}  // namespace

double Contestant::median() const {
    auto sorted = rounds;
    std::ranges::sort(sorted);
    return sorted.empty() ? 0 : sorted[sorted.size() / 2];
}

void compete(std::vector<Contestant>& contestants, std::size_t rounds, std::size_t slices) {
    for (Contestant& c : contestants) nanoseconds_a_thing(c, 1);
    for (std::size_t round = 0; round < rounds; ++round)
        for (Contestant& c : contestants) c.rounds.push_back(nanoseconds_a_thing(c, slices));
}

}  // namespace conntrack::bench

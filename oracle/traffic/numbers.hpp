// Random numbers for scenarios: the same seed gives the same ones on every machine, which the distributions of the
// standard library do not promise.
#pragma once

#include <array>
#include <cstdint>
#include <random>

namespace conntrack::oracle::traffic {

template <class T>
struct Share {
    T what;
    unsigned weight;
};

class Numbers {
  public:
    explicit Numbers(std::uint64_t seed) : engine_(seed) {}

    std::uint64_t any() { return engine_(); }
    std::uint32_t any32() { return static_cast<std::uint32_t>(engine_() >> 32); }
    /// From 0 to `limit` - 1.
    std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>((engine_() >> 32) * limit >> 32); }
    bool one_in(std::uint32_t n) { return below(n) == 0; }
    bool percent(std::uint32_t n) { return below(100) < n; }

    template <class T, std::size_t N>
    const T& of(const std::array<T, N>& choices) {
        return choices[below(static_cast<std::uint32_t>(N))];
    }
    /// In proportion to the weights.
    template <class T, std::size_t N>
    const T& pick(const std::array<Share<T>, N>& shares) {
        std::uint32_t sum = 0;
        for (const auto& s : shares) sum += s.weight;
        std::uint32_t at = below(sum);
        for (const auto& s : shares) {
            if (at < s.weight) return s.what;
            at -= s.weight;
        }
        return shares[0].what;
    }

  private:
    std::mt19937_64 engine_;
};

}  // namespace conntrack::oracle::traffic

// Where the words of a random TCP step come from. A source hands them out in a fixed order and by kind, so that the
// same code makes a step of any domain: numbers for Concrete, variables for a domain of formulas.
#pragma once

#include "spec/domain.hpp"

#include <array>
#include <cstdint>
#include <random>
#include <vector>

namespace conntrack::testing {

/// Random words that often meet the edges which the rules compare: sequence numbers gather near a few places, two of
/// them at the wrap-around, and windows are often 0 or the largest.
class RandomValues {
  public:
    explicit RandomValues(std::uint64_t seed) : engine_(seed) {
        for (auto& place : places_) place = static_cast<std::uint32_t>(engine_());
        places_[0] = 0;
        places_[1] = 0x8000'0000;
    }

    std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(engine_() % limit); }
    bool one_in(std::uint32_t n) { return below(n) == 0; }

    std::uint32_t sequence() {
        if (one_in(8)) return static_cast<std::uint32_t>(engine_());
        const std::uint32_t place = places_[one_in(4) ? below(4) : 2];
        static constexpr std::array<std::uint32_t, 6> distances = {0, 1, 2, 1000, 65535, 66000};
        std::uint32_t distance = distances[below(6)];
        if (one_in(4)) distance += below(3);
        return one_in(2) ? place + distance : place - distance;
    }
    std::uint32_t window() {
        if (one_in(4)) return 0;
        return one_in(4) ? 65535 : below(65536);
    }
    std::uint32_t wide_window() { return one_in(3) ? window() << below(15) : window(); }
    std::uint32_t bits(std::uint32_t mask) { return static_cast<std::uint32_t>(engine_()) & mask; }
    bool bit() { return one_in(2); }
    std::uint32_t seconds() {
        static constexpr std::array<std::uint32_t, 7> usual = {0, 10, 60, 119, 120, 300, 432'000};
        return usual[below(7)];
    }

  private:
    std::mt19937_64 engine_;
    std::array<std::uint32_t, 4> places_{};
};

/// The source of a Concrete step. It keeps what it gave, so that a formula can be evaluated on the same values.
struct ConcreteSource {
    RandomValues& random;
    std::vector<std::uint64_t> given{};

    std::uint32_t sequence() { return note(random.sequence()); }
    std::uint32_t window() { return note(random.window()); }
    std::uint32_t wide_window() { return note(random.wide_window()); }
    std::uint32_t bits(std::uint32_t mask) { return note(random.bits(mask)); }
    std::uint32_t below(std::uint32_t limit) { return note(random.below(limit)); }
    std::uint32_t seconds() { return note(random.seconds()); }
    bool bit() { return note(random.bit() ? 1u : 0u) != 0; }
    Concrete::Time time() {
        std::uint64_t nanoseconds = std::uint64_t{random.seconds()} * 1'000'000'000;
        nanoseconds += random.below(3);
        given.push_back(nanoseconds);
        return static_cast<Concrete::Time>(nanoseconds);
    }
    /// Among few, so that two are often the same. A tree knows an address by its lower half.
    Concrete::Address address() { return conntrack::Address{0, note(random.below(3))}; }

  private:
    std::uint32_t note(std::uint32_t value) {
        given.push_back(value);
        return value;
    }
};

}  // namespace conntrack::testing

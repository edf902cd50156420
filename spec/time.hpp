// Time as every part of the project counts it: nanoseconds since an origin the caller chooses. Nothing reads a clock.
#pragma once

#include <cstdint>

namespace conntrack {

using Time = std::int64_t;

inline constexpr Time nanoseconds_per_millisecond = 1'000'000;
inline constexpr Time nanoseconds_per_second = 1'000'000'000;

constexpr Time seconds(std::int64_t count) { return count * nanoseconds_per_second; }
constexpr Time milliseconds(std::int64_t count) { return count * nanoseconds_per_millisecond; }

}  // namespace conntrack

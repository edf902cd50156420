// Whether the tests run under a sanitizer, which looks at our code and not at the solver's: there the longest of them
// take a part of their cases; the release build takes all.
#pragma once

namespace conntrack::testing {

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif
#else
inline constexpr bool sanitized = false;
#endif

}  // namespace conntrack::testing

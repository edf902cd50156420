// Comparisons of the rules, each told by where it stands in the text: so that any one of them can be shifted by one at
// run time, to see whether a proof or a test notices.
#pragma once

#include "proofs/term.hpp"

#include <cstdint>
#include <functional>

namespace conntrack::proofs {

enum class Comparison : std::uint8_t { before, below, earlier, equal };

/// A line of a rule. Comparisons of one kind on one line are one.
struct Place {
    const char* file;
    unsigned line;
    const char* function;
};

/// By how much the right side of a comparison is moved: `a < b` becomes `a < b + shift`. -1, 0 or 1.
using Shift = std::function<int(Comparison, const Place&)>;

namespace detail {
inline thread_local const Shift* shift_in_force = nullptr;
}

/// While it lives, whatever this thread compares in the symbolic domain is shifted as `shift` says.
class ShiftedComparisons {
  public:
    explicit ShiftedComparisons(const Shift& shift) : before_(detail::shift_in_force) {
        detail::shift_in_force = &shift;
    }
    ShiftedComparisons(const ShiftedComparisons&) = delete;
    ShiftedComparisons& operator=(const ShiftedComparisons&) = delete;
    ~ShiftedComparisons() { detail::shift_in_force = before_; }

  private:
    const Shift* before_;
};

inline int shift_at(Comparison comparison, const Place& place) {
    return detail::shift_in_force == nullptr ? 0 : (*detail::shift_in_force)(comparison, place);
}

inline Ref moved(Ref a, int by) {
    return by == 0 ? a : add(a, constant(a->bits, static_cast<std::uint64_t>(std::int64_t{by})));
}
/// Sequence numbers mod 2^32.
inline Ref precedes(Ref a, Ref b) { return sooner(subtract(a, b), constant(a->bits, 0)); }

/// a < b, a <= b or a + 1 < b; at the other end of the range nothing changes.
inline Ref compared(Ref (*less)(Ref, Ref), Ref a, Ref b, int shift) {
    if (shift == 0) return less(a, b);
    return shift > 0 ? either(less(a, b), equal(a, b)) : both(less(a, b), negation(equal(moved(a, 1), b)));
}

}  // namespace conntrack::proofs

// Comparisons of the rules, each told by where it stands in the text: so that any one of them can be shifted by one at
// run time, to see whether a proof or a test notices.
#pragma once

#include "proofs/term.hpp"

#include <cstdint>
#include <functional>
#include <vector>

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

namespace detail {
inline thread_local std::vector<Ref>* turning_points = nullptr;
}

/// While it lives, keeps where each shifted comparison comes out otherwise than it did: whatever else a shift brings
/// about, one of these conditions holds.
class TurningPoints {
  public:
    TurningPoints() : before_(detail::turning_points) { detail::turning_points = &met; }
    TurningPoints(const TurningPoints&) = delete;
    TurningPoints& operator=(const TurningPoints&) = delete;
    ~TurningPoints() { detail::turning_points = before_; }

    std::vector<Ref> met;

  private:
    std::vector<Ref>* before_;
};

inline void turns_where(Ref condition) {
    if (detail::turning_points != nullptr) detail::turning_points->push_back(condition);
}

inline Ref moved(Ref a, int by) {
    return by == 0 ? a : add(a, constant(a->bits, static_cast<std::uint64_t>(std::int64_t{by})));
}
/// Sequence numbers mod 2^32.
inline Ref precedes(Ref a, Ref b) { return sooner(subtract(a, b), constant(a->bits, 0)); }

/// a < b, a <= b or a + 1 < b; at the other end of the range nothing changes.
inline Ref compared(Ref (*less)(Ref, Ref), Ref a, Ref b, int shift) {
    if (shift == 0) return less(a, b);
    const Ref turn = equal(shift > 0 ? a : moved(a, 1), b);
    turns_where(turn);
    return shift > 0 ? either(less(a, b), turn) : both(less(a, b), negation(turn));
}

/// a == b + shift.
inline Ref compared_equal(Ref a, Ref b, int shift) {
    const Ref plain = equal(a, b);
    if (shift == 0) return plain;
    const Ref shifted = equal(a, moved(b, shift));
    turns_where(either(plain, shifted));
    return shifted;
}

}  // namespace conntrack::proofs

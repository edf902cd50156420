// The value domain that every rule is a template over. Rules run with Concrete; a symbolic domain with the
// same members makes a formula of the same text. Rules choose with select(), never with a branch on a value.
#pragma once

#include "spec/address.hpp"
#include "spec/clause.hpp"

#include <cstdint>

namespace conntrack {

struct Concrete {
    using Bit = bool;
    using Word = std::uint32_t;  // sequence numbers, windows, counts, seconds; arithmetic mod 2^32
    using Time = std::int64_t;   // nanoseconds
    using Reason = Clause;
    using Address = conntrack::Address;

    static constexpr Bit bit(bool value) { return value; }
    static constexpr Word word(std::uint32_t value) { return value; }
    static constexpr Time time(std::int64_t nanoseconds) { return nanoseconds; }
    static constexpr Reason reason(Clause clause) { return clause; }

    template <class T>
    static constexpr T select(bool condition, const T& then, const T& otherwise) {
        return condition ? then : otherwise;
    }

    /// Sequence number comparison mod 2^32, as the kernel's before() and after(). Never compare these with <.
    static constexpr Bit before(Word a, Word b) { return static_cast<std::int32_t>(a - b) < 0; }
    static constexpr Bit after(Word a, Word b) { return before(b, a); }

    /// Unsigned comparison of plain numbers (windows, counts, seconds).
    static constexpr Bit below(Word a, Word b) { return a < b; }

    static constexpr Word shift_left(Word value, Word by) { return by < 32 ? value << by : 0; }
    static constexpr Time seconds(Word value) { return std::int64_t{value} * 1'000'000'000; }
    static constexpr Bit earlier(Time a, Time b) { return a < b; }
};

template <class D>
typename D::Word larger(const typename D::Word& a, const typename D::Word& b) {
    return D::select(D::below(a, b), b, a);
}

}  // namespace conntrack

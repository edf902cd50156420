// The symbolic value domain: rules instantiated with it yield terms. Its types convert to nothing and have no default,
// so a rule that branches on a value does not compile.
#pragma once

#include "proofs/comparison.hpp"
#include "proofs/term.hpp"
#include "spec/clause.hpp"

namespace conntrack::proofs {

struct Symbolic {
    class Value {
      public:
        explicit Value(Ref ref) : ref_(ref) {}
        [[nodiscard]] Ref ref() const { return ref_; }

      private:
        Ref ref_;
    };
    class Bit : public Value {
      public:
        using Value::Value;
        friend Bit operator&&(const Bit& a, const Bit& b) { return Bit(proofs::both(a.ref(), b.ref())); }
        friend Bit operator||(const Bit& a, const Bit& b) { return Bit(proofs::either(a.ref(), b.ref())); }
        friend Bit operator!(const Bit& a) { return Bit(proofs::negation(a.ref())); }
        friend Bit operator==(const Bit& a, const Bit& b) { return Bit(proofs::equal(a.ref(), b.ref())); }
    };
    /// 32 bits.
    class Word : public Value {
      public:
        using Value::Value;
        /// One side of an equality, which knows where that stands.
        struct Side {
            // NOLINTNEXTLINE(google-explicit-constructor): operators take no other arguments
            Side(const Word& word, const char* file = __builtin_FILE(), unsigned line = __builtin_LINE(),
                 const char* function = __builtin_FUNCTION())
                : ref(word.ref()), place{file, line, function} {}
            Ref ref;
            Place place;
        };
        friend Bit operator==(const Side& a, const Side& b) {
            const int by = shift_at(Comparison::equal, a.place);
            return Bit(compared_equal(a.ref, b.ref, by));
        }
        friend Bit operator!=(const Side& a, const Side& b) { return !(a == b); }
        friend Word operator+(const Word& a, const Word& b) { return Word(proofs::add(a.ref(), b.ref())); }
        friend Word operator-(const Word& a, const Word& b) { return Word(proofs::subtract(a.ref(), b.ref())); }
        friend Word operator&(const Word& a, const Word& b) { return Word(proofs::mask(a.ref(), b.ref())); }
        friend Word operator|(const Word& a, const Word& b) { return Word(proofs::join(a.ref(), b.ref())); }
    };
    /// Nanoseconds, 64 bits, signed.
    class Time : public Value {
      public:
        using Value::Value;
        friend Bit operator==(const Time& a, const Time& b) { return Bit(proofs::equal(a.ref(), b.ref())); }
        friend Time operator+(const Time& a, const Time& b) { return Time(proofs::add(a.ref(), b.ref())); }
    };
    /// Sixteen bytes, in two halves.
    class Address {
      public:
        Address(Ref high, Ref low) : high_(high), low_(low) {}
        [[nodiscard]] Ref high() const { return high_; }
        [[nodiscard]] Ref low() const { return low_; }
        friend Bit operator==(const Address& a, const Address& b) {
            return Bit(proofs::both(proofs::equal(a.high_, b.high_), proofs::equal(a.low_, b.low_)));
        }

      private:
        Ref high_, low_;
    };
    /// The number of a clause, 32 bits.
    class Reason : public Value {
      public:
        using Value::Value;
        friend Bit operator==(const Reason& a, const Reason& b) { return Bit(proofs::equal(a.ref(), b.ref())); }
    };

    static Bit bit(bool value) { return Bit(proofs::bit(value)); }
    static Word word(std::uint32_t value) { return Word(proofs::constant(32, value)); }
    static Time time(std::int64_t nanoseconds) {
        return Time(proofs::constant(64, static_cast<std::uint64_t>(nanoseconds)));
    }
    static Reason reason(Clause clause) { return Reason(proofs::constant(32, static_cast<std::uint64_t>(clause))); }

    template <class T>
    static T select(const Bit& condition, const T& then, const T& otherwise) {
        return T(proofs::choose(condition.ref(), then.ref(), otherwise.ref()));
    }

    static Address select(const Bit& condition, const Address& then, const Address& otherwise) {
        return {proofs::choose(condition.ref(), then.high(), otherwise.high()),
                proofs::choose(condition.ref(), then.low(), otherwise.low())};
    }

    // Comparisons know where they are written.
    static Bit before(const Word& a, const Word& b, const char* file = __builtin_FILE(),
                      unsigned line = __builtin_LINE(), const char* function = __builtin_FUNCTION()) {
        const int by = shift_at(Comparison::before, {file, line, function});
        return Bit(compared(proofs::precedes, a.ref(), b.ref(), by));
    }
    static Bit after(const Word& a, const Word& b, const char* file = __builtin_FILE(),
                     unsigned line = __builtin_LINE(), const char* function = __builtin_FUNCTION()) {
        return before(b, a, file, line, function);
    }
    static Bit below(const Word& a, const Word& b, const char* file = __builtin_FILE(),
                     unsigned line = __builtin_LINE(), const char* function = __builtin_FUNCTION()) {
        const int by = shift_at(Comparison::below, {file, line, function});
        return Bit(compared(proofs::less, a.ref(), b.ref(), by));
    }
    static Word shift_left(const Word& value, const Word& by) {
        return Word(proofs::shift_left(value.ref(), by.ref()));
    }
    static Time seconds(const Word& value) { return Time(proofs::multiply(proofs::widen(value.ref()), 1'000'000'000)); }
    static Bit earlier(const Time& a, const Time& b, const char* file = __builtin_FILE(),
                       unsigned line = __builtin_LINE(), const char* function = __builtin_FUNCTION()) {
        const int by = shift_at(Comparison::earlier, {file, line, function});
        return Bit(compared(proofs::sooner, a.ref(), b.ref(), by));
    }
};

using Bit = Symbolic::Bit;
using Word = Symbolic::Word;
using Time64 = Symbolic::Time;

inline Word fresh_word(const std::string& name) { return Word(variable(32, name)); }
inline Bit fresh_bit(const std::string& name) { return Bit(variable(0, name)); }
inline Symbolic::Address fresh_address(const std::string& name) {
    return {variable(64, name + ".high"), variable(64, name + ".low")};
}
inline Time64 fresh_time(const std::string& name) { return Time64(variable(64, name)); }

/// Literals, for formulas that people read.
inline Word word(std::uint32_t value) { return Symbolic::word(value); }
inline Bit yes() { return Symbolic::bit(true); }
inline Bit no() { return Symbolic::bit(false); }
inline Bit implies(const Bit& a, const Bit& b) { return !a || b; }

}  // namespace conntrack::proofs

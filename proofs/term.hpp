// Terms of the theory of bit-vectors: what rules become in the symbolic domain. Equal terms are one object, and every
// term is simplified while it is built, so that a choice by edition, direction, class or state leaves no trace.
// Terms live as long as the program. Each thread builds its own; any thread may read one that is finished.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace conntrack::proofs {

enum class Op : std::uint8_t {
    constant,
    variable,
    choose,    // a ? b : c, of any sort
    negation,  // of a Bit
    both,
    either,
    equal,   // of two terms of one sort, a Bit
    less,    // unsigned, a Bit
    sooner,  // signed, a Bit
    add,
    subtract,
    mask,
    join,
    shift_left,  // 0 where the distance is the width or more
    widen,       // 32 bits to 64, unsigned
    multiply,    // by a constant
};

struct Node;
using Ref = const Node*;

struct Node {
    Op op;
    std::uint8_t bits;  // 0: a Bit; else the width of a bit-vector
    std::uint64_t value = 0;
    Ref a = nullptr, b = nullptr, c = nullptr;
    std::string_view name{};   // of a variable
    std::uint32_t number = 0;  // in order of making, so that nothing hangs on addresses
};

/// The number of its operands.
unsigned operand_count(const Node& node);

Ref constant(std::uint8_t bits, std::uint64_t value);
inline Ref bit(bool value) { return constant(0, value ? 1 : 0); }
/// The variable of that name; a name has one width.
Ref variable(std::uint8_t bits, const std::string& name);

Ref choose(Ref condition, Ref then, Ref otherwise);
Ref negation(Ref a);
Ref both(Ref a, Ref b);
Ref either(Ref a, Ref b);
Ref equal(Ref a, Ref b);
Ref less(Ref a, Ref b);
Ref sooner(Ref a, Ref b);
Ref add(Ref a, Ref b);
Ref subtract(Ref a, Ref b);
Ref mask(Ref a, Ref b);
Ref join(Ref a, Ref b);
Ref shift_left(Ref a, Ref by);
Ref widen(Ref a);
Ref multiply(Ref a, std::uint64_t by);

inline bool is_true(Ref a) { return a->op == Op::constant && a->bits == 0 && a->value == 1; }
inline bool is_false(Ref a) { return a->op == Op::constant && a->bits == 0 && a->value == 0; }

/// Every term that `root` is made of, each once, operands first.
std::vector<Ref> in_order(Ref root);

}  // namespace conntrack::proofs

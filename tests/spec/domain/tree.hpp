// A second value domain: rules build expression trees with it, which are evaluated later. Its types are as strict as
// those of a solver: no default constructor, no conversion to bool, so a rule that branches on a value does not
// compile.
#pragma once

#include "spec/clause.hpp"

#include <cstdint>
#include <memory>
#include <span>

namespace conntrack::testing {

enum class Op : std::uint8_t {
    constant,
    variable,
    select,  // any sort
    negation,
    both,
    either,
    equal,
    unequal,
    before,
    less,
    sooner,  // a Bit
    add,
    subtract,
    mask,
    join,
    shift_left,  // a Word, mod 2^32
    seconds,
    add_time,  // a Time
};

struct Node {
    Op op;
    std::uint64_t value;  // of a constant, or the number of a variable
    std::shared_ptr<const Node> a, b, c;
    // The last evaluation's result: rules share subtrees heavily.
    mutable std::uint64_t evaluated_in = 0, result = 0;
};
using NodePtr = std::shared_ptr<const Node>;

inline NodePtr make_node(Op op, std::uint64_t value, NodePtr a = nullptr, NodePtr b = nullptr, NodePtr c = nullptr) {
    return std::make_shared<const Node>(Node{op, value, std::move(a), std::move(b), std::move(c)});
}

struct Tree {
    class Bit;
    class Word;
    class Time;
    class Reason;
    class Address;

    static Bit bit(bool value);
    static Word word(std::uint32_t value);
    static Time time(std::int64_t nanoseconds);
    static Reason reason(Clause clause);
    template <class T>
    static T select(const Bit& condition, const T& then, const T& otherwise);
    static Bit before(const Word& a, const Word& b);
    static Bit after(const Word& a, const Word& b);
    static Bit below(const Word& a, const Word& b);
    static Word shift_left(const Word& value, const Word& by);
    static Time seconds(const Word& value);
    static Bit earlier(const Time& a, const Time& b);
};

/// What every sort is made of: a node, and no way to look into it but evaluate().
class Term {
  public:
    explicit Term(NodePtr node) : node_(std::move(node)) {}
    [[nodiscard]] const NodePtr& node() const { return node_; }

  private:
    NodePtr node_;
};

class Tree::Bit : public Term {
  public:
    using Term::Term;
    friend Bit operator&&(const Bit& a, const Bit& b) { return Bit(make_node(Op::both, 0, a.node(), b.node())); }
    friend Bit operator||(const Bit& a, const Bit& b) { return Bit(make_node(Op::either, 0, a.node(), b.node())); }
    friend Bit operator!(const Bit& a) { return Bit(make_node(Op::negation, 0, a.node())); }
    friend Bit operator==(const Bit& a, const Bit& b) { return Bit(make_node(Op::equal, 0, a.node(), b.node())); }
};

class Tree::Word : public Term {
  public:
    using Term::Term;
    friend Bit operator==(const Word& a, const Word& b) { return Bit(make_node(Op::equal, 0, a.node(), b.node())); }
    friend Bit operator!=(const Word& a, const Word& b) { return Bit(make_node(Op::unequal, 0, a.node(), b.node())); }
    friend Word operator+(const Word& a, const Word& b) { return Word(make_node(Op::add, 0, a.node(), b.node())); }
    friend Word operator-(const Word& a, const Word& b) { return Word(make_node(Op::subtract, 0, a.node(), b.node())); }
    friend Word operator&(const Word& a, const Word& b) { return Word(make_node(Op::mask, 0, a.node(), b.node())); }
    friend Word operator|(const Word& a, const Word& b) { return Word(make_node(Op::join, 0, a.node(), b.node())); }
};

class Tree::Time : public Term {
  public:
    using Term::Term;
    friend Time operator+(const Time& a, const Time& b) { return Time(make_node(Op::add_time, 0, a.node(), b.node())); }
};

class Tree::Reason : public Term {
  public:
    using Term::Term;
};

class Tree::Address : public Term {
  public:
    using Term::Term;
    friend Bit operator==(const Address& a, const Address& b) {
        return Bit(make_node(Op::equal, 0, a.node(), b.node()));
    }
};

inline Tree::Bit Tree::bit(bool value) { return Bit(make_node(Op::constant, value ? 1 : 0)); }
inline Tree::Word Tree::word(std::uint32_t value) { return Word(make_node(Op::constant, value)); }
inline Tree::Time Tree::time(std::int64_t nanoseconds) {
    return Time(make_node(Op::constant, static_cast<std::uint64_t>(nanoseconds)));
}
inline Tree::Reason Tree::reason(Clause clause) {
    return Reason(make_node(Op::constant, static_cast<std::uint64_t>(clause)));
}
template <class T>
T Tree::select(const Bit& condition, const T& then, const T& otherwise) {
    return T(make_node(Op::select, 0, condition.node(), then.node(), otherwise.node()));
}
inline Tree::Bit Tree::before(const Word& a, const Word& b) {
    return Bit(make_node(Op::before, 0, a.node(), b.node()));
}
inline Tree::Bit Tree::after(const Word& a, const Word& b) { return before(b, a); }
inline Tree::Bit Tree::below(const Word& a, const Word& b) { return Bit(make_node(Op::less, 0, a.node(), b.node())); }
inline Tree::Word Tree::shift_left(const Word& value, const Word& by) {
    return Word(make_node(Op::shift_left, 0, value.node(), by.node()));
}
inline Tree::Time Tree::seconds(const Word& value) { return Time(make_node(Op::seconds, 0, value.node())); }
inline Tree::Bit Tree::earlier(const Time& a, const Time& b) {
    return Bit(make_node(Op::sooner, 0, a.node(), b.node()));
}

/// A source (see values.hpp) that gives variables, numbered in the order in which they are asked for.
class TreeSource {
  public:
    Tree::Word sequence() { return word(); }
    Tree::Word window() { return word(); }
    Tree::Word wide_window() { return word(); }
    Tree::Word bits(std::uint32_t) { return word(); }
    Tree::Word below(std::uint32_t) { return word(); }
    Tree::Word seconds() { return word(); }
    Tree::Bit bit() { return Tree::Bit(next()); }
    Tree::Time time() { return Tree::Time(next()); }
    Tree::Address address() { return Tree::Address(next()); }

  private:
    std::uint64_t count_ = 0;
    NodePtr next() { return make_node(Op::variable, count_++); }
    Tree::Word word() { return Tree::Word(next()); }
};

/// One assignment of values to the variables. A Bit evaluates to 0 or 1, a Reason to its number.
class Evaluation {
  public:
    explicit Evaluation(std::span<const std::uint64_t> values);
    [[nodiscard]] std::uint64_t of(const Term& term) const { return of(*term.node()); }

  private:
    std::span<const std::uint64_t> values_;
    std::uint64_t number_;  // tells this evaluation's results from earlier ones
    [[nodiscard]] std::uint64_t of(const Node& node) const;
    [[nodiscard]] std::uint64_t compute(const Node& node) const;
};

}  // namespace conntrack::testing

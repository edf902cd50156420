// Terms mean what they were built from, however they were simplified: random expressions are built and computed side by
// side, and evaluated afterwards.
#include "proofs/evaluate.hpp"
#include "proofs/mutation/program.hpp"
#include "proofs/smtlib.hpp"
#include "proofs/solver.hpp"
#include "proofs/symbolic.hpp"
#include "tests/proofs/how_many.hpp"
#include "tests/support/values.hpp"

#include <gtest/gtest.h>

namespace conntrack::testing {

namespace {

using proofs::Ref;

/// A word or a bit beside the number that it stands for.
struct Known {
    Ref term;
    std::uint32_t number;
};

/// Makes random expressions over a few variables.
class Expressions {
  public:
    explicit Expressions(std::uint64_t seed) : random_(seed) {}

    const proofs::Assignment& values() const { return values_; }
    bool one_in(std::uint32_t n) { return random_.one_in(n); }

    Known word(unsigned depth) {
        if (depth == 0 || random_.one_in(6)) return random_.one_in(2) ? constant() : variable();
        const Known a = word(depth - 1), b = word(depth - 1);
        switch (random_.below(8)) {
            case 7: return one_of(a, b, depth);
            case 0: return {proofs::add(a.term, b.term), a.number + b.number};
            case 1: return {proofs::subtract(a.term, b.term), a.number - b.number};
            case 2: return {proofs::mask(a.term, b.term), a.number & b.number};
            case 3: return {proofs::join(a.term, b.term), a.number | b.number};
            case 4: return {proofs::shift_left(a.term, b.term), b.number < 32 ? a.number << b.number : 0};
            default: {
                const Known c = bit(depth - 1);
                return {proofs::choose(c.term, a.term, b.term), c.number != 0 ? a.number : b.number};
            }
        }
    }

    Known bit(unsigned depth) {
        if (depth == 0 || random_.one_in(8)) return free_bit();
        const Known a = word(depth - 1), b = word(depth - 1);
        switch (random_.below(7)) {
            case 0: return {proofs::equal(a.term, b.term), a.number == b.number};
            case 1: return {proofs::less(a.term, b.term), a.number < b.number};
            case 2:
                return {proofs::sooner(a.term, b.term),
                        static_cast<std::int32_t>(a.number) < static_cast<std::int32_t>(b.number)};
            case 3: {
                const Known c = bit(depth - 1);
                return {proofs::negation(c.term), c.number == 0};
            }
            default: {
                const Known c = bit(depth - 1), d = bit(depth - 1);
                if (random_.one_in(3)) {
                    const Known e = bit(depth - 1);
                    return {proofs::choose(c.term, d.term, e.term), c.number != 0 ? d.number : e.number};
                }
                return random_.bit() ? Known{proofs::both(c.term, d.term), c.number & d.number}
                                     : Known{proofs::either(c.term, d.term), c.number | d.number};
            }
        }
    }

  private:
    RandomValues random_;
    proofs::Assignment values_;

    /// One of two by how they compare: the larger or smaller, mostly.
    Known one_of(const Known& a, const Known& b, unsigned depth) {
        const bool same = a.number == b.number;
        Known condition = random_.bit()
                              ? Known{proofs::less(a.term, b.term), a.number < b.number}
                              : Known{proofs::sooner(b.term, a.term),
                                      static_cast<std::int32_t>(b.number) < static_cast<std::int32_t>(a.number)};
        if (random_.one_in(3)) condition = {proofs::negation(condition.term), condition.number == 0};
        if (random_.one_in(3))
            condition = {proofs::either(condition.term, proofs::equal(a.term, b.term)), condition.number != 0 || same};
        if (random_.one_in(3)) {
            const Known c = bit(depth - 1);
            condition = {proofs::both(c.term, condition.term), c.number & condition.number};
        }
        const Known &then = random_.bit() ? a : b, &otherwise = &then == &a ? b : a;
        return {proofs::choose(condition.term, then.term, otherwise.term),
                condition.number != 0 ? then.number : otherwise.number};
    }

    Known constant() {
        constexpr std::uint32_t usual[] = {0, 1, 2, 0x10, 0x7fff'ffff, 0x8000'0000, 0xffff'ffff};
        const std::uint32_t number = random_.one_in(3) ? random_.sequence() : usual[random_.below(7)];
        return {proofs::constant(32, number), number};
    }
    Known variable() {
        const std::string name = "w" + std::to_string(random_.below(4));
        const auto found = values_.try_emplace(name, constant().number).first;
        return {proofs::variable(32, name), static_cast<std::uint32_t>(found->second)};
    }
    Known free_bit() {
        const std::string name = "b" + std::to_string(random_.below(3));
        const auto found = values_.try_emplace(name, random_.bit() ? 1 : 0).first;
        return {proofs::variable(0, name), static_cast<std::uint32_t>(found->second)};
    }
};

}  // namespace

TEST(Terms, MeanWhatTheyWereBuiltFrom) {
    for (std::uint64_t seed = 0; seed < how_many(20'000); ++seed) {
        Expressions random(seed);
        const bool of_word = random.one_in(2);
        const Known known = of_word ? random.word(5) : random.bit(5);
        ASSERT_EQ(proofs::Evaluation(random.values()).of(known.term), known.number) << "seed " << seed;
    }
}

TEST(Terms, RunAsTheyAreEvaluated) {
    for (std::uint64_t seed = 0; seed < how_many(5'000); ++seed) {
        Expressions random(seed);
        const Known word = random.word(5), bit = random.bit(4);
        std::vector<Ref> variables;
        std::vector<std::uint64_t> inputs;
        for (const auto& [name, value] : random.values()) {
            variables.push_back(proofs::variable(name.front() == 'b' ? 0 : 32, name));
            inputs.push_back(value);
        }
        proofs::Program program({word.term, bit.term}, variables);
        ASSERT_EQ(program.run(inputs), (std::vector<std::uint64_t>{word.number, bit.number})) << "seed " << seed;
    }
}

TEST(Terms, AreUnderstoodBySolverAsTheyAreHere) {
    proofs::Solver solver(10);
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Expressions random(seed);
        const Known known = random.word(4);
        Ref here = proofs::bit(true);
        for (const auto& [name, value] : random.values()) {
            const std::uint8_t bits = name.front() == 'b' ? 0 : 32;
            here = proofs::both(here, proofs::equal(proofs::variable(bits, name), proofs::constant(bits, value)));
        }
        const Ref same = proofs::equal(known.term, proofs::constant(32, known.number));
        EXPECT_EQ(solver.check(proofs::both(here, same)).answer, proofs::Answer::satisfiable) << "seed " << seed;
        EXPECT_EQ(solver.check(proofs::both(here, proofs::negation(same))).answer, proofs::Answer::unsatisfiable)
            << "seed " << seed;
    }
}

TEST(Terms, EqualOnesAreOne) {
    const auto a = proofs::fresh_word("a"), b = proofs::fresh_word("b");
    EXPECT_EQ((a + b).ref(), (b + a).ref());
    EXPECT_EQ((a + proofs::word(3) - proofs::word(3)).ref(), a.ref());
    EXPECT_TRUE(proofs::is_true((a == a).ref()));
    EXPECT_TRUE(proofs::is_false((proofs::fresh_bit("c") && !proofs::fresh_bit("c")).ref()));
}

TEST(Terms, AreWrittenAsSmtLib) {
    const auto a = proofs::fresh_word("a");
    const std::string text = proofs::smtlib_text("a test", proofs::Symbolic::below(a, proofs::word(2)).ref(), true);
    EXPECT_EQ(text,
              "; a test\n(set-logic QF_BV)\n(set-info :status sat)\n(declare-const |a| (_ BitVec 32))\n"
              "(define-fun t0 () Bool (bvult |a| (_ bv2 32)))\n(assert t0)\n(check-sat)\n");
}

}  // namespace conntrack::testing

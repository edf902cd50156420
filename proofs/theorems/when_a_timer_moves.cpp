#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

constexpr std::int64_t second = 1'000'000'000;

Bit early(const Time64& t) {
    constexpr std::int64_t ages = std::int64_t{1} << 60;
    return Symbolic::earlier(t, Symbolic::time(ages)) && !Symbolic::earlier(t, Symbolic::time(0));
}

void state(Statement& s) {
    const Time64 now = fresh_time("now"), deadline = fresh_time("deadline");
    const Word timeout = fresh_word("timeout");
    const Bit fixed = fresh_bit("fixed");
    const Bit premise = early(now) && early(deadline);
    const Time64 wanted = now + Symbolic::seconds(timeout);

    const Time64 refreshed = s.semantics().refreshed_deadline(s.edition(), deadline, now, timeout, fixed);
    s.prove("a fixed timer stays", premise, implies(fixed, refreshed == deadline));
    const Bit hardly_moves = Symbolic::bit(s.edition().core.refresh_needs_a_second) &&
                             !Symbolic::earlier(wanted, deadline) &&
                             Symbolic::earlier(wanted, deadline + Symbolic::time(second));
    s.prove("a refresh that hardly moves it leaves it", premise, implies(hardly_moves, refreshed == deadline));
    s.prove("any other sets it", premise, implies(!fixed && !hardly_moves, refreshed == wanted));

    const Time64 cut = s.semantics().shrunk_deadline(deadline, now, timeout);
    const Bit long_enough = !Symbolic::earlier(deadline, now + Symbolic::time(120 * second));
    s.prove("what is left is cut", premise, implies(long_enough && Symbolic::earlier(wanted, deadline), cut == wanted));
    s.prove("or stays as it is", premise,
            implies(!(long_enough && Symbolic::earlier(wanted, deadline)), cut == deadline));
}

void move_what_is_fixed(Semantics& s) {
    s.refreshed_deadline = [](const Edition&, const Time64&, const Time64& now, const Word& timeout, const Bit&) {
        return now + Symbolic::seconds(timeout);
    };
}

}  // namespace

Theorem when_a_timer_moves() {
    return {.name = "when_a_timer_moves",
            .sentence =
                "A refresh sets the timer of an entry to the timeout from now on, unless the timer is fixed; in "
                "linux-2.6.32 it leaves a timer that would move on by less than a second. What cuts it down does so "
                "exactly if two minutes and more than it is cut to are left.",
            .answers = "Why has the timer not moved with the last packet?",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"a fixed timer moves", EditionId::linux_2_6_9, move_what_is_fixed},
                        {"a fixed timer moves", EditionId::linux_2_6_32, move_what_is_fixed},
                        {"a fixed timer moves", EditionId::linux_6_18, move_what_is_fixed}}};
}

}  // namespace conntrack::proofs

#include "proofs/tcp_entry.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::State;

constexpr std::int64_t ages = std::int64_t{1} << 60;

Bit early(const Time64& t) {
    return Symbolic::earlier(t, Symbolic::time(ages)) && !Symbolic::earlier(t, Symbolic::time(0));
}

/// The rank of an entry is the time that is left on its timer. With every packet it is at most the largest timeout
/// (that is timeout_never_exceeds_the_largest_of_its_protocol); without one it falls with the clock, and at 0 the entry
/// goes.
void state(Statement& s) {
    const Time64 then = fresh_time("then"), now = fresh_time("now"), deadline = fresh_time("deadline");
    const Word largest = fresh_word("largest");
    const Bit premise = early(then) && early(now) && early(deadline) && Symbolic::below(largest, word(1u << 24)) &&
                        !Symbolic::earlier(then + Symbolic::seconds(largest), deadline);
    s.prove("after the largest timeout nothing is left", premise,
            implies(!Symbolic::earlier(now, then + Symbolic::seconds(largest)), s.semantics().expired(deadline, now)));
    s.prove("nothing goes before its time", premise,
            implies(Symbolic::earlier(now, deadline), !s.semantics().expired(deadline, now)));
    s.exhibit("an entry that stays for a while",
              premise && Symbolic::earlier(then, now) && !s.semantics().expired(deadline, now));
}

void never_expire(Semantics& s) {
    s.expired = [](const Time64&, const Time64&) { return no(); };
}

// --- closing states

void state_closing(Statement& s) {
    const auto settings = free_settings();
    each_cell(s.semantics(), [&](State old, Direction dir, tcp::PacketClass cls) {
        const auto entry = any_entry("e", old);
        const auto packet = any_packet_for(entry, "p", dir, cls);
        const auto met = meet(s.semantics(), settings, entry, packet);
        for (const State to : {State::time_wait, State::close}) {
            const Word& timeout = settings.timeout[static_cast<std::size_t>(to)];
            s.prove(cell_name(s.edition(), old, dir, cls) + " to " + std::string(tcp::name(to, s.edition())),
                    invariants_hold(s.semantics(), entry) && well_formed(packet),
                    implies(met.result.outcome.refresh && !met.invalid && !met.gone && met.in(to),
                            !Symbolic::below(timeout, met.result.outcome.timeout)));
        }
    });
    const Time64 now = fresh_time("now"), deadline = fresh_time("deadline");
    const Word timeout = fresh_word("timeout"), of_state = fresh_word("of_state");
    const Time64 limit = now + Symbolic::seconds(of_state);
    const Time64 moved = s.semantics().refreshed_deadline(s.edition(), deadline, now, timeout, no());
    s.prove("the timer",
            early(now) && early(deadline) && Symbolic::below(of_state, word(1u << 24)) &&
                !Symbolic::below(of_state, timeout),
            !Symbolic::earlier(limit, moved) && s.semantics().expired(moved, limit));
}

void keep_the_old_timeout(Semantics& s) {
    for (TcpRow& row : s.tcp.rows) {
        if (row.to != State::time_wait) continue;
        const auto apply = row.apply;
        row.apply = [apply](const TcpJudged& j, State to) {
            auto out = apply(j, to);
            out.timeout = j.step.settings->timeout[static_cast<std::size_t>(State::established)];
            return out;
        };
    }
}

}  // namespace

Theorem silence_empties_the_table() {
    return {.name = "silence_empties_the_table",
            .sentence =
                "Once no packet has come for the largest timeout, no lookup finds an entry; and none goes before its "
                "own time.",
            .answers = "Does a table that filled up ever empty?",
            .bound = "timeouts below 2^24 seconds",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"nothing expires", EditionId::linux_6_18, never_expire}}};
}

Theorem tcp_entry_is_gone_after_its_closing_timeout() {
    return {.name = "tcp_entry_is_gone_after_its_closing_timeout",
            .sentence =
                "A packet that leads to TIME_WAIT or CLOSE, or refreshes an entry there, leaves it no more than the "
                "timeout of that state; after it no lookup finds the entry.",
            .answers = "How long does a closed connection block its ports?",
            .bound = "timeouts below 2^24 seconds",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state_closing,
            .defects = {{"TIME_WAIT takes the timeout of ESTABLISHED", EditionId::linux_2_6_9, keep_the_old_timeout},
                        {"TIME_WAIT takes the timeout of ESTABLISHED", EditionId::linux_2_6_32, keep_the_old_timeout},
                        {"TIME_WAIT takes the timeout of ESTABLISHED", EditionId::linux_6_18, keep_the_old_timeout}},
            .file = "silence_empties_the_table"};
}

}  // namespace conntrack::proofs

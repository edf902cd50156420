#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

Word number(CountState state) { return word(static_cast<std::uint32_t>(state)); }

/// An entry in the table after its first packet: so many requests more than replies are counted.
Bit is_owed(const Word& state, const Word& outstanding, const Word& requests, const Word& replies) {
    return state == number(CountState::waiting) && outstanding == requests - replies &&
           Symbolic::below(replies, requests);
}

void state(Statement& s) {
    const Word requests = fresh_word("requests"), replies = fresh_word("replies"),
               outstanding = fresh_word("outstanding");
    const Word timeout = fresh_word("timeout"), one = word(1);
    const CountOutcome nothing{word(0), Symbolic::reason(Clause::icmp_query), no(), word(0), no()};
    const auto step = [&](CountState from, const Word& count, CountEvent event) {
        return s.semantics().count.step(number(from), static_cast<std::size_t>(event), {count, timeout}, nothing);
    };
    const auto first = step(CountState::fresh, word(0), CountEvent::request);
    s.prove("the first request", yes(),
            is_owed(first.next, first.outcome.outstanding, one, word(0)) && !first.outcome.erase &&
                first.outcome.refresh && first.outcome.timeout == timeout);

    const Bit owed = is_owed(number(CountState::waiting), outstanding, requests, replies);
    const auto request = step(CountState::waiting, outstanding, CountEvent::request);
    const Bit countable = owed && requests != word(0xffff'ffff);
    s.prove("a request removes nothing", countable,
            !request.outcome.erase && request.outcome.refresh && request.outcome.timeout == timeout);
    s.prove("a request is counted", countable,
            is_owed(request.next, request.outcome.outstanding, requests + one, replies));
    const auto reply = step(CountState::waiting, outstanding, CountEvent::reply);
    s.prove("the entry leaves exactly with the reply that balances", owed,
            reply.outcome.erase == (replies + one == requests));
    s.prove("another reply is counted", owed,
            implies(!reply.outcome.erase, is_owed(reply.next, reply.outcome.outstanding, requests, replies + one)));
    s.prove("a reply does not refresh", owed, !reply.outcome.refresh);
    s.exhibit("three requests, two replies", owed && requests == word(3) && replies == word(2) && reply.outcome.erase);
}

void never_balance(Semantics& s) {
    for (auto& row : s.count.rows)
        if (row.to == static_cast<std::size_t>(CountState::balanced) && row.from != row.to)
            row.holds = [](const CountStep&) { return no(); };
}
void count_replies_up(Semantics& s) {
    for (auto& row : s.count.rows)
        if (row.event == static_cast<std::size_t>(CountEvent::reply))
            row.apply = [](const CountStep& step, const CountOutcome&) { return icmp::request<Symbolic>(step); };
}

}  // namespace

Theorem icmp_entry_leaves_with_the_reply_that_balances() {
    return {.name = "icmp_entry_leaves_with_the_reply_that_balances",
            .sentence =
                "An ICMP entry is deleted by no packet of its own but the reply after which replies equal "
                "requests, and by that one always.",
            .answers = "Why is the second ping NEW again?",
            .bound = "fewer than 2^32 requests",
            .expected = {Result::proved, Result::absent, Result::absent},
            .state = state,
            .defects = {{"nothing balances", EditionId::linux_2_6_9, never_balance},
                        {"a reply counts as a request", EditionId::linux_2_6_9, count_replies_up}}};
}

}  // namespace conntrack::proofs

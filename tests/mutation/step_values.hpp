// A TCP step and its outcome as lists of numbers, or of terms: in one order, whatever domain they are in.
#pragma once

#include "tests/support/tcp_fields.hpp"

#include <cstdint>
#include <vector>

namespace conntrack::testing {

/// Calls visit(value) for everything that a decision may look at. Origins of numbers come before what is told from
/// them.
template <class D, class Visit>
void each_input(const tcp::Step<D>& step, Visit visit) {
    const auto& c = step.connection;
    for (const auto& word : {c.original.td_end, c.reply.td_end}) visit(word);
    each_field<D>(c, [&](const char*, const auto& value) { visit(value); });
    const auto& s = step.segment;
    for (const auto& bit : {s.syn, s.ack_flag, s.rst, s.any_option, s.has_window_scale, s.sack_permitted,
                            step.seen_reply, step.assured, step.fixed_timeout})
        visit(bit);
    for (const auto& word : {s.seq, s.ack, s.end, s.window, s.sack, s.window_scale}) visit(word);
    const auto& settings = *step.settings;
    for (const auto& word : {settings.loose, settings.be_liberal, settings.max_retrans, settings.ignore_invalid_rst,
                             settings.timeout_max_retrans, settings.timeout_unacknowledged})
        visit(word);
    for (const auto& word : settings.timeout) visit(word);
}

using Numbers = std::vector<std::uint64_t>;

inline Numbers numbers_of(const tcp::Step<Concrete>& step) {
    Numbers out;
    each_input<Concrete>(step, [&](auto value) { out.push_back(static_cast<std::uint64_t>(value)); });
    return out;
}

/// The state after a packet, and every field of the outcome.
inline Numbers numbers_of(tcp::State next, const tcp::Outcome<Concrete>& outcome) {
    Numbers out = {static_cast<std::uint64_t>(next)};
    each_field<Concrete>(outcome, [&](const char*, auto value) { out.push_back(static_cast<std::uint64_t>(value)); });
    return out;
}

/// The outcome that such numbers tell of; the first of them is the state.
tcp::Outcome<Concrete> outcome_of(const Numbers& numbers);

}  // namespace conntrack::testing

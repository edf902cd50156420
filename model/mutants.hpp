// The mutants of the executed model (see mutation.hpp): their names, and what each of them spoils.
#pragma once

#include "spec/flow.hpp"
#include "spec/tcp/outcome.hpp"
#include "spec/tcp/step.hpp"
#include "spec/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace conntrack::mutation {

enum class Mutant : std::uint8_t {
    none,
    tcp_window_one_wider,
    tcp_scale_forgotten,
    tcp_sack_ignored,
    tcp_one_retransmission_more,
    tcp_timeout_not_cut,
    udp_stream_at_once,
    replies_do_not_refresh,
    errors_by_strangers,
    entries_outlive_their_deadline,
    taken_ports_are_kept,
};

struct MutantInfo {
    Mutant mutant;
    std::string_view name, meaning;
};

inline constexpr std::array<MutantInfo, 10> mutants = {{
    {Mutant::tcp_window_one_wider, "tcp_window_one_wider", "each side may send one byte more than it may"},
    {Mutant::tcp_scale_forgotten, "tcp_scale_forgotten", "window scaling that was agreed is not applied"},
    {Mutant::tcp_sack_ignored, "tcp_sack_ignored", "a selective acknowledgement counts no further than the plain one"},
    {Mutant::tcp_one_retransmission_more, "tcp_one_retransmission_more",
     "the timeout is cut with the retransmission after the one that should"},
    {Mutant::tcp_timeout_not_cut, "tcp_timeout_not_cut", "unacknowledged data does not cut the timeout"},
    {Mutant::udp_stream_at_once, "udp_stream_at_once", "UDP is a stream without having lasted two seconds"},
    {Mutant::replies_do_not_refresh, "replies_do_not_refresh", "a reply without states of its own renews no timer"},
    {Mutant::errors_by_strangers, "errors_by_strangers",
     "an ICMP error is RELATED though it is addressed to somebody else"},
    {Mutant::entries_outlive_their_deadline, "entries_outlive_their_deadline",
     "entries go a second after their timers ran out"},
    {Mutant::taken_ports_are_kept, "taken_ports_are_kept",
     "a flow that no rule translates keeps its port though a translated one has it"},
}};

std::optional<Mutant> mutant_named(std::string_view name);
/// From now on the model of this process errs so.
void choose(Mutant mutant);

void before_tcp(tcp::Step<Concrete>& step);
void after_tcp(tcp::Outcome<Concrete>& outcome);
void before_flow(flow::Step<Concrete>& step);
void after_flow(flow::Outcome<Concrete>& outcome, Direction dir);
/// Is the sender of an ICMP error taken for a stranger?
bool error_of(bool stranger);
/// The time by which timers run out.
Time expiry(Time now);
bool keeps_taken_ports();

}  // namespace conntrack::mutation
